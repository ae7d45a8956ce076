import type { Logger } from 'pino';
import { maskSecrets } from './core/mask.js';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Log lines on stderr, one JSON object each. pino is loaded by the first line that the level lets through: most runs
 * write none, and start-up is felt by every script.
 */
export class Log {
  #level: LogLevel = 'error';
  #logger: Promise<Logger> | undefined;
  #written: Promise<void> = Promise.resolve();

  setLevel(level: LogLevel): void {
    this.#level = level;
  }

  /** Writes a line if the level lets it through. Secrets in the message are masked. */
  write(level: LogLevel, message: string): void {
    if (LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(this.#level)) return;
    this.#logger ??= import('./pinoLog.js').then(({ stderrLogger }) => stderrLogger());
    const logger = this.#logger;
    // A log that cannot be written must not cost the answer.
    this.#written = this.#written
      .then(async () => {
        (await logger)[level](maskSecrets(message));
      })
      .catch(() => undefined);
  }

  /** Resolves when every line is written. */
  async flush(): Promise<void> {
    await this.#written;
  }
}
