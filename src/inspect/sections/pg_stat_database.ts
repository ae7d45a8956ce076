import { closedObject } from '../../core/schema.js';
import { counter, gauge, key, numberKey, time } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_stat_database: one row per database, and one with a null name for shared objects. Block counts are multiplied as
 * numeric: a hit counter of a busy server times 8192 can pass 2^63.
 */
export const pgStatDatabase = defineSection({
  id: 'pg_stat_database',
  title: 'Transactions, blocks, rows, temporary files, deadlocks and sessions of each database',
  scope: 'cluster',
  reads: 'statistics',
  parameters: ['limit'],
  order: 'most committed and rolled back transactions first',
  needs: [
    { kind: 'setting', name: 'track_counts', without: 'partial', loses: 'no statistics are collected' },
    {
      kind: 'setting',
      name: 'track_io_timing',
      without: 'noted',
      loses: 'block read and write times are null',
    },
  ],
  row: closedObject({
    datid: numberKey('oid of the database; 0 for shared objects'),
    datname: key('name of the database; null for shared objects'),
    numbackends: gauge('processes connected now; null for shared objects'),
    xact_commit: counter('transactions committed'),
    xact_rollback: counter('transactions rolled back'),
    read_bytes: counter('bytes of blocks read from the operating system (blks_read)'),
    hit_bytes: counter('bytes of blocks found in shared buffers (blks_hit)'),
    tup_returned: counter('rows read by sequential scans and index entries by index scans'),
    tup_fetched: counter('rows fetched by index scans'),
    tup_inserted: counter('rows inserted'),
    tup_updated: counter('rows updated'),
    tup_deleted: counter('rows deleted'),
    conflicts: counter('queries cancelled by recovery, on a standby'),
    temp_files: counter('temporary files written'),
    temp_bytes: counter('bytes written to temporary files'),
    deadlocks: counter('deadlocks'),
    checksum_failures: counter('broken pages found; null where data checksums are off'),
    checksum_last_failure: time('when the last broken page was found'),
    blk_read_time_ms: counter('milliseconds spent reading blocks; null while track_io_timing is off'),
    blk_write_time_ms: counter('milliseconds spent writing blocks; null while track_io_timing is off'),
    session_time_ms: counter('milliseconds that sessions lasted, since 14'),
    active_time_ms: counter('milliseconds that sessions spent executing, since 14'),
    idle_in_transaction_time_ms: counter('milliseconds that sessions were idle in a transaction, since 14'),
    sessions: counter('sessions begun, since 14'),
    sessions_abandoned: counter('sessions whose client vanished, since 14'),
    sessions_fatal: counter('sessions ended by a fatal error, since 14'),
    sessions_killed: counter('sessions ended by an operator, since 14'),
    parallel_workers_to_launch: counter('parallel workers planned, since 18'),
    parallel_workers_launched: counter('parallel workers started, since 18'),
    stats_reset: time('when these counters were last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT d.datid, d.datname, d.numbackends, d.xact_commit, d.xact_rollback,
       d.blks_read * s.block_size AS read_bytes, d.blks_hit * s.block_size AS hit_bytes,
       d.tup_returned, d.tup_fetched, d.tup_inserted, d.tup_updated, d.tup_deleted,
       d.conflicts, d.temp_files, d.temp_bytes, d.deadlocks, d.checksum_failures, d.checksum_last_failure,
       CASE WHEN s.track_io_timing THEN d.blk_read_time END AS blk_read_time_ms,
       CASE WHEN s.track_io_timing THEN d.blk_write_time END AS blk_write_time_ms,
       NULL::float8 AS session_time_ms, NULL::float8 AS active_time_ms,
       NULL::float8 AS idle_in_transaction_time_ms,
       NULL::int8 AS sessions, NULL::int8 AS sessions_abandoned, NULL::int8 AS sessions_fatal,
       NULL::int8 AS sessions_killed,
       NULL::int8 AS parallel_workers_to_launch, NULL::int8 AS parallel_workers_launched,
       d.stats_reset,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_database AS d
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size,
                    pg_catalog.current_setting('track_io_timing')::bool AS track_io_timing) AS s
 ORDER BY d.xact_commit + d.xact_rollback DESC, d.datid
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 14,
      sql: /* sql */ `
SELECT d.datid, d.datname, d.numbackends, d.xact_commit, d.xact_rollback,
       d.blks_read * s.block_size AS read_bytes, d.blks_hit * s.block_size AS hit_bytes,
       d.tup_returned, d.tup_fetched, d.tup_inserted, d.tup_updated, d.tup_deleted,
       d.conflicts, d.temp_files, d.temp_bytes, d.deadlocks, d.checksum_failures, d.checksum_last_failure,
       CASE WHEN s.track_io_timing THEN d.blk_read_time END AS blk_read_time_ms,
       CASE WHEN s.track_io_timing THEN d.blk_write_time END AS blk_write_time_ms,
       d.session_time AS session_time_ms, d.active_time AS active_time_ms,
       d.idle_in_transaction_time AS idle_in_transaction_time_ms,
       d.sessions, d.sessions_abandoned, d.sessions_fatal, d.sessions_killed,
       NULL::int8 AS parallel_workers_to_launch, NULL::int8 AS parallel_workers_launched,
       d.stats_reset,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_database AS d
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size,
                    pg_catalog.current_setting('track_io_timing')::bool AS track_io_timing) AS s
 ORDER BY d.xact_commit + d.xact_rollback DESC, d.datid
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 18,
      sql: /* sql */ `
SELECT d.datid, d.datname, d.numbackends, d.xact_commit, d.xact_rollback,
       d.blks_read * s.block_size AS read_bytes, d.blks_hit * s.block_size AS hit_bytes,
       d.tup_returned, d.tup_fetched, d.tup_inserted, d.tup_updated, d.tup_deleted,
       d.conflicts, d.temp_files, d.temp_bytes, d.deadlocks, d.checksum_failures, d.checksum_last_failure,
       CASE WHEN s.track_io_timing THEN d.blk_read_time END AS blk_read_time_ms,
       CASE WHEN s.track_io_timing THEN d.blk_write_time END AS blk_write_time_ms,
       d.session_time AS session_time_ms, d.active_time AS active_time_ms,
       d.idle_in_transaction_time AS idle_in_transaction_time_ms,
       d.sessions, d.sessions_abandoned, d.sessions_fatal, d.sessions_killed,
       d.parallel_workers_to_launch, d.parallel_workers_launched,
       d.stats_reset,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_database AS d
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size,
                    pg_catalog.current_setting('track_io_timing')::bool AS track_io_timing) AS s
 ORDER BY d.xact_commit + d.xact_rollback DESC, d.datid
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
