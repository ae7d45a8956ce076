import type { BaselineHead } from './head.js';

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday: weeks begin on Monday, as ISO 8601 counts them. */
const DAYS_SINCE_MONDAY = 3;

/** What keeps a baseline. */
export const KEPT_BY = ['last', 'daily', 'weekly', 'young', 'fits'] as const;
export type KeptBy = (typeof KEPT_BY)[number];

/** A baseline with what its files take together. */
export interface Kept {
  readonly head: BaselineHead;
  /** Of all its files. */
  readonly bytes: number;
}

export interface PruneRules {
  readonly keepLast: number | null;
  /** The newest of each of the last so many days that have one. */
  readonly keepDaily: number | null;
  readonly keepWeekly: number | null;
  /** Milliseconds; only what is older may go. */
  readonly olderThanMs: number | null;
  /** Only as much may go as makes the rest fit. */
  readonly maxBytes: number | null;
}

export interface PrunePlan {
  /** Newest first, each with what keeps it. */
  readonly keep: readonly (Kept & { readonly by: readonly KeptBy[] })[];
  /** Oldest first. */
  readonly remove: readonly Kept[];
}

/**
 * What goes and what stays. A baseline that any keep rule keeps always stays. Of the rest goes all, or with --older-than
 * only what is older, and with --max-bytes only as many, oldest first, as it takes to make all that stays fit; the newest
 * baseline stays then in any case. Days and weeks (from Monday) are those of UTC, by the server’s clock; age goes by the
 * clock of the machine that took the baseline. Pure.
 * @param baselines oldest first
 */
export function planPruning(baselines: readonly Kept[], rules: PruneRules, now: Date): PrunePlan {
  const newestFirst = [...baselines].reverse();
  const rows = newestFirst.map((one) => ({ ...one, by: new Set<KeptBy>() }));
  keepNewestOf(rows, rules.keepLast, 'last', ({ head }) => head.id);
  keepNewestOf(rows, rules.keepDaily, 'daily', ({ head }) => dayOf(head));
  keepNewestOf(rows, rules.keepWeekly, 'weekly', ({ head }) =>
    Math.floor((dayOf(head) + DAYS_SINCE_MONDAY) / 7),
  );
  const { olderThanMs, maxBytes } = rules;
  if (olderThanMs !== null) {
    for (const { head, by } of rows)
      if (now.getTime() - Date.parse(head.created_at) <= olderThanMs) by.add('young');
  }
  if (maxBytes !== null) keepWhatFits(rows, maxBytes);
  const isKept = ({ by }: Row): boolean => by.size > 0;
  return {
    keep: rows.filter(isKept).map(({ head, bytes, by }) => ({ head, bytes, by: [...by] })),
    remove: rows
      .filter((row) => !isKept(row))
      .map(({ head, bytes }) => ({ head, bytes }))
      .reverse(),
  };
}

interface Row extends Kept {
  readonly by: Set<KeptBy>;
}

/** Of each of the newest `count` periods the newest baseline. */
function keepNewestOf(
  newestFirst: readonly Row[],
  count: number | null,
  rule: KeptBy,
  periodOf: (row: Row) => string | number,
): void {
  const seen = new Set<string | number>();
  for (const row of newestFirst) {
    const period = periodOf(row);
    if (seen.has(period)) continue;
    if (seen.size >= (count ?? 0)) return;
    seen.add(period);
    row.by.add(rule);
  }
}

/** What is kept anyway takes its room first; then the newest of the rest, as long as everything newer fits too. */
function keepWhatFits(newestFirst: readonly Row[], maxBytes: number): void {
  let taken = newestFirst.filter(({ by }) => by.size > 0).reduce((sum, { bytes }) => sum + bytes, 0);
  for (const [place, { by, bytes }] of newestFirst.entries()) {
    if (by.size > 0) continue;
    taken += bytes;
    if (taken > maxBytes && place > 0) return;
    by.add('fits');
  }
}

/** Days since 1970-01-01. */
function dayOf({ collected_at: at }: BaselineHead): number {
  return Math.floor(Date.parse(at) / DAY_MS);
}
