import { pgStatArchiver } from '../inspect/sections/pg_stat_archiver.js';
import { pgStatBgwriter } from '../inspect/sections/pg_stat_bgwriter.js';
import type { CannotTell, Checked } from './rule.js';

const DAY_MS = 86_400_000;

/**
 * Days between two times of the server's clock. Null when the first is not known: the counters then go back to nobody
 * knows when.
 */
export function daysSince(time: string | null, now: string): number | null {
  return time === null ? null : (Date.parse(now) - Date.parse(time)) / DAY_MS;
}

/** Sections that {@link countedDays} looks at; a rule names them in `uses`. */
export const SERVER_COUNTERS = [pgStatBgwriter, pgStatArchiver];

/**
 * Days that the counters of a database go back. From 15 on a database does not tell before somebody resets them; what
 * the counters of the whole server say stands for it then. Null when those were not read either.
 */
export function countedDays(checked: Checked, reset: string | null): number | null {
  const resets = [...checked.rows(pgStatBgwriter), ...checked.rows(pgStatArchiver)].flatMap(
    ({ stats_reset: time }) => time ?? [],
  );
  const [oldest = null] = resets.sort((a, b) => Date.parse(a) - Date.parse(b));
  return daysSince(reset ?? oldest, checked.collectedAt);
}

/** What a rule about a rate says when {@link countedDays} is null. */
export const NO_DAYS: CannotTell = {
  cannotTell: 'nobody knows since when the counters go on',
  reason: 'stats_invisible',
};
