/**
 * Counters that cover less than this say nothing: a start, a restore or a nightly job would be taken for the workload.
 * Ten minutes are two checkpoints at PostgreSQL's default checkpoint_timeout, and ten rounds of autovacuum.
 */
export const LEAST_OBSERVED_S = 600;

/**
 * What the server's own statistics say, for the measured rules; each null where the server, the role or the version
 * cannot tell, never 0. Counters of different views were reset at different times, so that each family says how many
 * seconds its own cover (`…_observed_s`); a rate is over the seconds of its family.
 */
export interface Evidence {
  /** Seconds since pg_stat_wal was reset; on 12 and 13, which have no such view, since the last checkpoint began. */
  readonly wal_observed_s: number | null;
  readonly checkpoints_observed_s: number | null;
  readonly bgwriter_observed_s: number | null;
  /** Seconds that the counters of the connected database cover; the rates below count in each database’s own. */
  readonly databases_observed_s: number | null;
  readonly statements_observed_s: number | null;

  /** WAL written since the counters began. 14 and later. */
  readonly wal_bytes: number | null;
  /** Over wal_observed_s; on a standby, which writes none, null. */
  readonly wal_bytes_per_s: number | null;
  /** Full-page images per WAL record written. 14 and later. */
  readonly wal_fpi_ratio: number | null;
  /** Share of the WAL's bytes that full-page images are at most: each counted as a whole block. 14 and later. */
  readonly wal_fpi_share_ratio: number | null;
  /** What the WAL directory holds now: the disk has had room for it. */
  readonly wal_directory_bytes: number | null;
  /** Null on a standby: its restartpoints follow the primary's checkpoints. */
  readonly checkpoints_timed: number | null;
  /** By WAL volume, but also by hand, by backups and by some commands. */
  readonly checkpoints_requested: number | null;
  /** Times the background writer stopped because it had written bgwriter_lru_maxpages. */
  readonly bgwriter_halts: number | null;

  /** Of the connected database. */
  readonly database_bytes: number | null;
  /** Share of all block accesses of the server that are the connected database's. */
  readonly database_access_ratio: number | null;
  readonly block_read_bytes: number | null;
  /** Blocks found in shared buffers, of all that were asked for. */
  readonly cache_hit_ratio: number | null;
  readonly temp_files: number | null;
  readonly temp_bytes: number | null;
  readonly temp_files_per_hour: number | null;
  readonly temp_bytes_per_hour: number | null;
  readonly deadlocks: number | null;

  /** Client backends but our own. */
  readonly connections_now: number | null;
  /** Sessions at a time, on average. 14 and later. */
  readonly connections_average: number | null;
  /** The most known of: now and on average. A single look cannot tell more. */
  readonly connections_peak: number | null;
  /** The most known of sessions executing at a time: now and (14 and later) on average. */
  readonly active_peak: number | null;
  readonly longest_idle_in_transaction_s: number | null;
  readonly longest_transaction_s: number | null;
  readonly prepared_xacts: number | null;

  /** Of the rows of the connected database's 1,000 largest tables. */
  readonly dead_tuple_ratio: number | null;
  /** Tables of these with dead rows beyond twice autovacuum's threshold: one that is just due is nothing to report. */
  readonly tables_behind_autovacuum: number | null;
  readonly autovacuum_workers_busy: number | null;

  /** Times pg_stat_statements threw entries out. Extension 1.9 and later. */
  readonly statements_evicted: number | null;

  readonly replication_slots: number | null;
  readonly inactive_replication_slots: number | null;
  /** The most WAL that any slot retains. */
  readonly slot_retained_bytes: number | null;
  readonly standbys: number | null;
}
