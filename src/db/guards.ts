/** Limits of a session; 0 is "no limit", as in PostgreSQL. */
export interface Limits {
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

/** How long a transaction of ours may lie idle before the server ends it, should pgdba be stopped in the middle. */
const IDLE_IN_TRANSACTION_MS = 30_000;

/**
 * The settings every session runs under. `default_transaction_read_only` makes even a statement outside the
 * transaction harmless; the formats are what src/inspect/decode.ts reads; parallel workers and JIT are off because a
 * diagnostic session should not take a busy server's CPUs.
 */
export function guards(limits: Limits): Record<string, string> {
  return {
    search_path: 'pg_catalog',
    statement_timeout: String(limits.statementTimeoutMs),
    lock_timeout: String(limits.lockTimeoutMs),
    idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_MS),
    default_transaction_read_only: 'on',
    max_parallel_workers_per_gather: '0',
    jit: 'off',
    TimeZone: 'UTC',
    DateStyle: 'ISO',
    IntervalStyle: 'postgres',
  };
}

/**
 * The settings of a session that writes: as {@link guards}, without read-only, and with keepalives of seconds, so that
 * what it locks is free soon after its host has died.
 */
export function writerGuards(limits: Limits): Record<string, string> {
  const settings = Object.entries(guards(limits)).filter(
    ([name]) => name !== 'default_transaction_read_only',
  );
  return {
    ...Object.fromEntries(settings),
    default_transaction_read_only: 'off',
    tcp_keepalives_idle: '5',
    tcp_keepalives_interval: '5',
    tcp_keepalives_count: '3',
  };
}

/** Opens the snapshot transaction, with the guards set LOCAL to it, and the savepoint that every read returns to. */
export function snapshotOpening(limits: Limits, sharedStatistics: boolean): string {
  const settings = Object.entries(guards(limits)).filter(
    ([name]) => name !== 'default_transaction_read_only',
  );
  if (sharedStatistics) settings.push(['stats_fetch_consistency', 'snapshot']);
  return [
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    ...settings.map(([name, value]) => `SET LOCAL ${name} = '${value}'`),
    'SAVEPOINT pgdba',
  ].join('; ');
}
