import type { Server } from './cluster/server.js';
import { PgdbaError } from './core/errors.js';
import { parseDuration } from './core/units.js';
import type { Section } from './inspect/section.js';
import { pgStatActivity } from './inspect/sections/pg_stat_activity.js';
import type { AskOptions } from './query/ask.js';
import type { LogSettings } from './query/slowLog/log/logStanding.js';
import { readLogFile } from './query/slowLog/readLogFile.js';
import { readServerLog, type LogOutcome } from './query/slowLog/readServerLog.js';
import type { SlowWish } from './query/slowLog/slowLog.js';
import { STATEMENT_QUESTIONS } from './query/top/sampleStatements.js';

/** What a look for slow statements asks, besides the log. */
export const SLOW_QUESTIONS: readonly Section[] = [...STATEMENT_QUESTIONS, pgStatActivity];

interface LogFlags {
  readonly since?: string | undefined;
  readonly 'log-file'?: string | undefined;
  readonly 'log-line-prefix'?: string | undefined;
  readonly 'log-bytes': number;
}

/**
 * How the log is read that the flags mean.
 * @throws PgdbaError `usage` when --since is neither a duration nor a time
 */
export function logReading(
  server: Server,
  flags: LogFlags,
  { thresholdMs, limit }: SlowWish,
  options: Pick<AskOptions, 'redactLiterals' | 'budget'>,
): (settings: LogSettings) => Promise<LogOutcome> {
  const sinceMs = flags.since === undefined ? null : momentOf(flags.since, Date.parse(server.collectedAt));
  const wish = { thresholdMs, limit, sinceMs };
  const file = flags['log-file'];
  return file === undefined
    ? () => readServerLog(server, { ...wish, mostBytes: flags['log-bytes'] }, options)
    : (settings) => readLogFile(file, settings, flags['log-line-prefix'], wish);
}

/** Milliseconds since the epoch. @param now by the server's clock */
function momentOf(since: string, now: number): number {
  if (!/^\d{4}-\d\d-\d\d/.test(since)) return now - parseDuration(since);
  // Without a zone it is UTC, as every time that pgdba shows.
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(since) || since.length === 10 ? since : `${since}Z`;
  const moment = Date.parse(zoned);
  if (!Number.isNaN(moment)) return moment;
  throw new PgdbaError('usage', `--since: "${since}" is neither a duration nor an ISO 8601 time`);
}
