const DAY_MS = 86_400_000;

/**
 * Days between two times of the server's clock. Null when the first is not known: the counters then go back to nobody
 * knows when.
 */
export function daysSince(time: string | null, now: string): number | null {
  return time === null ? null : (Date.parse(now) - Date.parse(time)) / DAY_MS;
}
