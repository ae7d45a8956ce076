import { closedObject, nullable, Type, type Static } from '../../core/schema.js';
import { TRANSACTIONS_PER_LOOK, type DatabaseWork, type WorkDone } from './workload.js';

const ratio = (description: string) => nullable(Type.Number({ description }));

export const windowSchema = closedObject({
  from: Type.String({ description: 'ISO 8601 UTC, by the server’s clock' }),
  interval_ms: Type.Number({ description: 'milliseconds between its first and last look' }),
  commits: Type.Number({ description: 'transactions committed by others than pgdba, at least' }),
  commits_per_s: Type.Number({ description: 'throughput; told, never judged: it swings by itself' }),
  rollback_ratio: ratio('share of transactions that were rolled back'),
  deadlocks: Type.Number({ description: 'deadlocks' }),
  blocks_per_commit: ratio('buffers looked at per committed transaction'),
  temp_bytes_per_commit: ratio('bytes of temporary files per committed transaction'),
  wal_bytes_per_commit: ratio('bytes of WAL per committed transaction; null before PostgreSQL 14'),
  ms_per_statement: ratio('mean execution time of a statement; null without pg_stat_statements'),
  checkpoints_requested: Type.Number({ description: 'checkpoints that WAL or a command forced' }),
  lock_waiters: Type.Number({ description: 'mean number of sessions that wait for a lock' }),
});

/** What the server did between two looks. */
export type Window = Static<typeof windowSchema>;

/**
 * The difference of two looks; null when the server was restarted or its counters were reset in between.
 * @param between looks taken in the window, both ends included, for what only shows at a moment
 */
export function windowOf(between: readonly WorkDone[]): Window | null {
  const [first, last] = [between[0], between.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  if (first.started_at !== last.started_at || wasReset(first, last)) return null;
  const intervalMs = last.at_ms - first.at_ms;
  if (intervalMs <= 0) return null;
  const grown = (counter: Exclude<keyof DatabaseWork, 'stats_reset'>) => growthOf(first, last, counter);
  const commits = Math.max(0, grown('commits') - TRANSACTIONS_PER_LOOK * between.length);
  const rollbacks = grown('rollbacks');
  return {
    from: new Date(first.at_ms).toISOString(),
    interval_ms: Math.round(intervalMs),
    commits,
    commits_per_s: commits / (intervalMs / 1000),
    rollback_ratio: share(rollbacks, commits + rollbacks),
    deadlocks: grown('deadlocks'),
    blocks_per_commit: share(grown('blocks'), commits),
    temp_bytes_per_commit: share(grown('temp_bytes'), commits),
    wal_bytes_per_commit: share(difference(first.wal_bytes, last.wal_bytes), commits),
    ms_per_statement: share(
      difference(first.statement_ms, last.statement_ms),
      difference(first.statement_calls, last.statement_calls),
    ),
    checkpoints_requested: last.checkpoints_requested - first.checkpoints_requested,
    lock_waiters: between.reduce((sum, { lock_waiters }) => sum + lock_waiters, 0) / between.length,
  };
}

/** Of all databases that are still there; one that was made in between began with nothing. */
function growthOf(
  first: WorkDone,
  last: WorkDone,
  counter: Exclude<keyof DatabaseWork, 'stats_reset'>,
): number {
  return Object.entries(last.databases).reduce(
    (sum, [oid, after]) => sum + after[counter] - (first.databases[oid]?.[counter] ?? 0),
    0,
  );
}

/**
 * Whether the counters of a database began anew. Up to PostgreSQL 14 they get their first reset time with the first
 * activity, so that one that had none before proves nothing.
 */
function wasReset(first: WorkDone, last: WorkDone): boolean {
  return Object.entries(first.databases).some(([oid, { stats_reset: before }]) => {
    const after = last.databases[oid];
    return before !== null && after !== undefined && after.stats_reset !== before;
  });
}

/** Null where a counter is not known, or went back because somebody reset it. */
function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null || after < before ? null : after - before;
}

function share(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : part / whole;
}
