import {
  ioBytesOf,
  meanTimeOf,
  tempBytesOf,
  totalTimeOf,
  type StatementNumbers,
} from './statementNumbers.js';

interface Sort {
  readonly of: (numbers: StatementNumbers) => number | null;
  /** Why it may be null for all: the version of the extension that began to count it, or what must be switched on. */
  readonly since?: string;
  readonly setting?: string;
  /** Not to be had for an interval. */
  readonly lifetimeOnly?: true;
}

/** What statements can be ranked by, most first. */
const SORTS = {
  total_time: { of: totalTimeOf },
  mean_time: { of: meanTimeOf },
  max_time: { of: ({ max_time_ms }) => max_time_ms, lifetimeOnly: true },
  calls: { of: ({ calls }) => calls },
  rows: { of: ({ rows }) => rows },
  plan_time: {
    of: ({ plan_time_ms }) => plan_time_ms,
    since: '1.8',
    setting: 'pg_stat_statements.track_planning',
  },
  io: { of: ioBytesOf },
  temp: { of: tempBytesOf },
  wal: { of: ({ wal_bytes }) => wal_bytes, since: '1.8' },
  jit: { of: ({ jit_time_ms }) => jit_time_ms, since: '1.10' },
} as const satisfies Record<string, Sort>;

export type SortKey = keyof typeof SORTS;
export const SORT_KEYS = Object.keys(SORTS) as SortKey[];

export function sortOf(key: SortKey): Sort {
  return SORTS[key];
}

/** Anything that has numbers, most first by the key; those without come last, then by time, then as they came. */
export function ranked<T extends { readonly numbers: StatementNumbers }>(
  statements: readonly T[],
  key: SortKey,
): T[] {
  const { of } = SORTS[key];
  const rank = ({ numbers }: T, by: (numbers: StatementNumbers) => number | null): number =>
    by(numbers) ?? -1;
  return [...statements].sort(
    (a, b) => rank(b, of) - rank(a, of) || rank(b, totalTimeOf) - rank(a, totalTimeOf),
  );
}
