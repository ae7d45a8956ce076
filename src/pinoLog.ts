import { pino, type Logger } from 'pino';

/** A logger that writes JSON lines to stderr before it returns: a run that ends at once loses none. */
export function stderrLogger(): Logger {
  return pino({ name: 'pgdba', level: 'debug' }, pino.destination({ dest: 2, sync: true }));
}
