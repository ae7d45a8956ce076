/** A parameter that Patroni takes from the DCS alone, and puts on each postmaster's command line or into its file. */
interface OwnParameter {
  /** What it runs with when the DCS has none. */
  readonly fallback: string;
  /** Below it Patroni takes the fallback. */
  readonly min: number | null;
  /** Values that it takes; null = whatever PostgreSQL does. */
  readonly words: readonly string[] | null;
  /** First major of Patroni that lets the DCS decide; before, it keeps its fallback. */
  readonly since: number;
}

const plain = { min: null, words: null, since: 3 };

/**
 * By name in lower case. Source: CMDLINE_OPTIONS in Patroni's postgresql/config.py of 3.0.2 and 4.1.4, where a value
 * that its check refuses is replaced by the fallback.
 */
export const DCS_ONLY: ReadonlyMap<string, OwnParameter> = new Map([
  ['max_connections', { ...plain, fallback: '100', min: 25 }],
  ['max_locks_per_transaction', { ...plain, fallback: '64', min: 32 }],
  ['max_worker_processes', { ...plain, fallback: '8', min: 2 }],
  ['max_prepared_transactions', { ...plain, fallback: '0', min: 0 }],
  ['max_wal_senders', { ...plain, fallback: '10', min: 3 }],
  ['max_replication_slots', { ...plain, fallback: '10', min: 4 }],
  ['wal_keep_segments', { ...plain, fallback: '8', min: 1 }],
  ['wal_keep_size', { ...plain, fallback: '128MB', min: 16 }],
  ['wal_level', { ...plain, fallback: 'replica', words: ['replica', 'logical'] }],
  ['track_commit_timestamp', { ...plain, fallback: 'off' }],
  ['wal_log_hints', { ...plain, fallback: 'on', since: 4 }],
]);

/** What Patroni sets itself on every member, from its own file or for its replication, whatever the DCS holds. */
export const SET_BY_PATRONI: ReadonlySet<string> = new Set([
  'listen_addresses',
  'port',
  'cluster_name',
  'hot_standby',
  'primary_conninfo',
  'primary_slot_name',
]);
