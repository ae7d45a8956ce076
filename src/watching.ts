import { PgdbaError } from './core/errors.js';
import { watchingMs, type WatchOptions } from './tuning/observe/watchedApply.js';

/** watchFlags (src/flags.ts), as parsed. */
interface WatchFlags {
  readonly observe?: number | undefined;
  readonly 'max-regression'?: number | undefined;
  readonly 'confirm-within'?: number | undefined;
}

/** What PostgreSQL's statistics need to settle, and a load to show: less would measure chance. */
const LEAST_WINDOW_MS = 5_000;
const DEFAULT_MAX_REGRESSION = 0.2;

/** How a change is watched. @throws PgdbaError `usage` */
export function watchOptions(flags: WatchFlags): WatchOptions {
  const { observe, 'max-regression': maxRegression, 'confirm-within': confirmWithin } = flags;
  if (maxRegression !== undefined && observe === undefined)
    throw new PgdbaError('usage', '--max-regression needs --observe');
  if (observe !== undefined && observe < LEAST_WINDOW_MS)
    throw new PgdbaError('usage', `--observe: a window is ${String(LEAST_WINDOW_MS / 1000)}s at least`);
  if (confirmWithin !== undefined && confirmWithin < 1000)
    throw new PgdbaError('usage', '--confirm-within: nobody can confirm in less than a second');
  return {
    observeMs: observe ?? null,
    maxRegressionRatio: maxRegression ?? DEFAULT_MAX_REGRESSION,
    confirmWithinMs: confirmWithin ?? null,
  };
}

/** --timeout, without the time that watching takes; 0 = never. */
export function timeoutFor(timeoutMs: number, watching: WatchOptions): number {
  return timeoutMs === 0 ? 0 : timeoutMs + watchingMs(watching);
}

/** --timeout of a change with --restart: only when somebody said one, for each member has its own limit. */
export function timeoutWithRestart(
  timeoutMs: number,
  restart: boolean,
  said: { readonly setFromDefault?: boolean } | undefined,
): number {
  return restart && said?.setFromDefault === true ? 0 : timeoutMs;
}
