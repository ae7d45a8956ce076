import { closedObject } from '../../core/schema.js';
import { flag, gauge, id, label, time } from '../column.js';
import { defineSection } from '../section.js';

/**
 * The server as a whole. Only what every role may ask: data_directory is looked up in pg_settings, where it is
 * merely absent for a role that may not see it, while current_setting() would raise. Aurora has no WAL positions
 * and refuses to tell them.
 */
export const system = defineSection({
  id: 'system',
  title: 'Version, uptime, recovery state, WAL position and sizes of the server',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'one row',
  needs: [
    {
      kind: 'role',
      name: 'pg_read_all_settings',
      without: 'partial',
      loses: 'data_directory is hidden',
    },
  ],
  row: closedObject({
    version: label('version() in full'),
    server_version_num: gauge('version as a number: 170010 is 17.10'),
    started_at: time('when the server started'),
    uptime_ms: gauge('milliseconds since then'),
    conf_loaded_at: time('when the configuration was last loaded'),
    server_time: time('the server’s clock'),
    data_directory: label('null without pg_read_all_settings'),
    cluster_name: label('cluster_name; null when not set'),
    log_timezone: label('time zone of the log'),
    in_recovery: flag('true on a standby and during recovery'),
    timeline: gauge('timeline being written, or on a standby being received; null where it cannot be told'),
    current_wal_lsn: id('WAL position written; null on a standby'),
    receive_wal_lsn: id('last WAL position received; null on a primary'),
    replay_wal_lsn: id('last WAL position replayed; null on a primary'),
    replay_lag_bytes: gauge('bytes received and not replayed yet; null on a primary'),
    last_replayed_xact_at: time('commit time of the last transaction replayed; null on a primary'),
    replay_paused: flag('whether replay is paused; null on a primary'),
    databases: gauge('databases, templates included'),
    backends: gauge('processes connected to a database: clients, autovacuum and parallel workers'),
    max_connections: gauge('max_connections'),
    superuser_reserved_connections: gauge('of these kept for superusers'),
    max_prepared_transactions: gauge('max_prepared_transactions'),
    connected_database_encoding: label('encoding of the connected database'),
    block_size_bytes: gauge('bytes of a block'),
    wal_block_size_bytes: gauge('bytes of a WAL block'),
    wal_segment_size_bytes: gauge('bytes of a WAL file'),
    shared_buffers_bytes: gauge('bytes of shared_buffers'),
    shared_memory_bytes: gauge('bytes of main shared memory, since 15'),
    huge_pages: label('huge_pages: off, on or try'),
    huge_pages_status: label('whether huge pages are in use, since 17'),
    data_checksums: flag('whether pages carry checksums'),
    ssl: flag('whether the server offers TLS'),
    wal_level: label('minimal, replica or logical'),
    archive_mode: label('off, on or always'),
    hot_standby_feedback: flag('hot_standby_feedback'),
    track_io_timing: flag('whether block reads and writes are timed'),
    debug_assertions: flag('true on a build for developers, which is slow'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT pg_catalog.version() AS version,
       pg_catalog.current_setting('server_version_num')::int4 AS server_version_num,
       pg_catalog.pg_postmaster_start_time() AS started_at,
       extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_postmaster_start_time())::float8 * 1000
         AS uptime_ms,
       pg_catalog.pg_conf_load_time() AS conf_loaded_at,
       pg_catalog.clock_timestamp() AS server_time,
       (SELECT s.setting FROM pg_catalog.pg_settings AS s WHERE s.name = 'data_directory') AS data_directory,
       NULLIF(pg_catalog.current_setting('cluster_name'), '') AS cluster_name,
       pg_catalog.current_setting('log_timezone') AS log_timezone,
       w.in_recovery,
       CASE WHEN w.in_recovery
            THEN (SELECT r.received_tli FROM pg_catalog.pg_stat_wal_receiver AS r)
            WHEN w.current_lsn IS NOT NULL
            THEN ('x' || pg_catalog.substr(pg_catalog.pg_walfile_name(w.current_lsn), 1, 8))::bit(32)::int4
        END AS timeline,
       w.current_lsn::text AS current_wal_lsn,
       w.receive_lsn::text AS receive_wal_lsn,
       w.replay_lsn::text AS replay_wal_lsn,
       pg_catalog.pg_wal_lsn_diff(w.receive_lsn, w.replay_lsn) AS replay_lag_bytes,
       CASE WHEN w.in_recovery THEN pg_catalog.pg_last_xact_replay_timestamp() END AS last_replayed_xact_at,
       CASE WHEN w.in_recovery THEN pg_catalog.pg_is_wal_replay_paused() END AS replay_paused,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_database AS d) AS databases,
       (SELECT pg_catalog.sum(pg_catalog.pg_stat_get_db_numbackends(d.oid)) FROM pg_catalog.pg_database AS d)
         AS backends,
       pg_catalog.current_setting('max_connections')::int4 AS max_connections,
       pg_catalog.current_setting('superuser_reserved_connections')::int4 AS superuser_reserved_connections,
       pg_catalog.current_setting('max_prepared_transactions')::int4 AS max_prepared_transactions,
       pg_catalog.current_setting('server_encoding') AS connected_database_encoding,
       pg_catalog.current_setting('block_size')::int8 AS block_size_bytes,
       pg_catalog.current_setting('wal_block_size')::int8 AS wal_block_size_bytes,
       pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size')) AS wal_segment_size_bytes,
       pg_catalog.pg_size_bytes(pg_catalog.current_setting('shared_buffers')) AS shared_buffers_bytes,
       pg_catalog.pg_size_bytes(pg_catalog.current_setting('shared_memory_size', true)) AS shared_memory_bytes,
       pg_catalog.current_setting('huge_pages') AS huge_pages,
       pg_catalog.current_setting('huge_pages_status', true) AS huge_pages_status,
       pg_catalog.current_setting('data_checksums')::bool AS data_checksums,
       pg_catalog.current_setting('ssl')::bool AS ssl,
       pg_catalog.current_setting('wal_level') AS wal_level,
       pg_catalog.current_setting('archive_mode') AS archive_mode,
       pg_catalog.current_setting('hot_standby_feedback')::bool AS hot_standby_feedback,
       pg_catalog.current_setting('track_io_timing')::bool AS track_io_timing,
       pg_catalog.current_setting('debug_assertions')::bool AS debug_assertions
  FROM (SELECT p.in_recovery,
               CASE WHEN NOT p.in_recovery AND NOT p.aurora THEN pg_catalog.pg_current_wal_lsn() END AS current_lsn,
               CASE WHEN p.in_recovery AND NOT p.aurora THEN pg_catalog.pg_last_wal_receive_lsn() END AS receive_lsn,
               CASE WHEN p.in_recovery AND NOT p.aurora THEN pg_catalog.pg_last_wal_replay_lsn() END AS replay_lsn
          FROM (SELECT pg_catalog.pg_is_in_recovery() AS in_recovery,
                       pg_catalog.to_regproc('pg_catalog.aurora_version') IS NOT NULL AS aurora OFFSET 0) AS p
        OFFSET 0) AS w`,
    },
  ],
});
