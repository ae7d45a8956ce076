import type { IdRates } from './databaseHealth.js';
import type { TableStat } from './tablesQuestion.js';
import type { DatabaseStat } from './vacuumQuestions.js';

/** The sample before, and how long ago it was taken. */
export interface Earlier {
  readonly databases: readonly DatabaseStat[];
  readonly tables: readonly TableStat[];
  readonly intervalMs: number;
}

const CIRCLE = 2 ** 32;

/** How fast the server takes ids; null where a counter cannot be told. Reading them takes none. */
export function idRates(earlier: Earlier, databases: readonly DatabaseStat[]): IdRates {
  const perSecond = (difference: number | null): number | null =>
    difference === null || difference < 0 || earlier.intervalMs <= 0
      ? null
      : (difference * 1000) / earlier.intervalMs;
  const [before, after] = [earlier.databases[0], databases[0]];
  const [xidBefore, xidAfter] = [before?.next_xid ?? null, after?.next_xid ?? null];
  const [from, to] = [before?.multixact_position ?? null, after?.multixact_position ?? null];
  return {
    interval_ms: earlier.intervalMs,
    xid_per_s: perSecond(
      xidBefore === null || xidAfter === null ? null : Number(BigInt(xidAfter) - BigInt(xidBefore)),
    ),
    // Both are positions on a circle of 32 bits.
    multixact_per_s: perSecond(from === null || to === null ? null : (to - from + CIRCLE) % CIRCLE),
  };
}

/** Growth of each table's dead rows per second, by oid; negative where they were removed. */
export function deadPerSecond(
  { tables, intervalMs }: Earlier,
  now: readonly TableStat[],
): Map<number, number> {
  const before = new Map(tables.map(({ relid, n_dead_tup }) => [relid, n_dead_tup]));
  return new Map(
    now.flatMap(({ relid, n_dead_tup: dead }): [number, number][] => {
      const earlier = before.get(relid);
      if (relid === null || dead === null || earlier === undefined || earlier === null || intervalMs <= 0)
        return [];
      return [[relid, ((dead - earlier) * 1000) / intervalMs]];
    }),
  );
}
