import { closedObject } from '../../core/schema.js';
import { counter, flag, flagKey, gauge, key, label, numberKey, query, time } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_stat_statements, by version of the extension: servers that were upgraded keep an old one until ALTER
 * EXTENSION … UPDATE. Read once, by its function, so that query texts can be left unread. 1.4 is the oldest that
 * 12 can have; its columns stayed the same until 1.8.
 *
 * Rows are counted and chosen around the bare function, and only the chosen ones are computed with: with 5,000 entries
 * that is most of the work. The settings are MATERIALIZED, or the planner would copy current_setting() into every
 * column of every row. Bytes are numeric because the hits of a busy statement may pass 2^63 of them, and one overflow
 * would fail the section.
 */
export const pgStatStatements = defineSection({
  id: 'pg_stat_statements',
  title: 'Executions, time, rows, blocks and WAL of each statement, of all databases',
  scope: 'cluster',
  reads: 'live',
  parameters: ['limit', 'query_text'],
  order: 'most total_exec_time first',
  needs: [
    {
      kind: 'extension',
      name: 'pg_stat_statements',
      preloadedWhen: 'pg_stat_statements.max',
      without: 'skipped',
      loses: 'no statement statistics',
    },
    {
      kind: 'role',
      name: 'pg_read_all_stats',
      without: 'partial',
      loses: 'identifiers and texts of other roles’ statements are hidden (their rows have visible = false)',
    },
    {
      kind: 'setting',
      name: 'track_io_timing',
      without: 'noted',
      loses: 'read and write times are null',
    },
    {
      kind: 'setting',
      name: 'pg_stat_statements.track_planning',
      without: 'noted',
      loses: 'planning times are null',
      since: 13,
    },
  ],
  row: closedObject({
    userid: numberKey('oid of the role'),
    usename: label('name of the role; null when it was dropped'),
    dbid: numberKey('oid of the database'),
    datname: label('name of the database; null when it was dropped'),
    toplevel: flagKey('whether it was run by a client and not inside a function, since 1.9'),
    queryid: key('identifier of the query; null where this role may not see it'),
    visible: flag('false where this role may not see queryid and query'),
    query: query('text of the query; null with --no-query-text'),
    calls: counter('executions'),
    total_exec_time_ms: counter('milliseconds spent executing'),
    min_exec_time_ms: gauge('shortest execution, in milliseconds'),
    max_exec_time_ms: gauge('longest execution, in milliseconds'),
    mean_exec_time_ms: gauge('mean of the executions, in milliseconds'),
    stddev_exec_time_ms: gauge('standard deviation of the executions, in milliseconds'),
    rows: counter('rows returned or changed'),
    plans: counter('times planned, since 1.8; null while pg_stat_statements.track_planning is off'),
    total_plan_time_ms: counter('milliseconds spent planning, since 1.8; null while track_planning is off'),
    min_plan_time_ms: gauge('shortest planning, in milliseconds'),
    max_plan_time_ms: gauge('longest planning, in milliseconds'),
    mean_plan_time_ms: gauge('mean of the plannings, in milliseconds'),
    stddev_plan_time_ms: gauge('standard deviation of the plannings, in milliseconds'),
    shared_hit_bytes: counter('bytes found in shared buffers'),
    shared_read_bytes: counter('bytes read into shared buffers'),
    shared_dirtied_bytes: counter('bytes made dirty in shared buffers'),
    shared_written_bytes: counter('bytes written from shared buffers'),
    local_hit_bytes: counter('bytes found in buffers of temporary tables'),
    local_read_bytes: counter('bytes read into buffers of temporary tables'),
    local_dirtied_bytes: counter('bytes made dirty in buffers of temporary tables'),
    local_written_bytes: counter('bytes written from buffers of temporary tables'),
    temp_read_bytes: counter('bytes read from temporary files'),
    temp_written_bytes: counter('bytes written to temporary files'),
    shared_read_time_ms: counter(
      'milliseconds reading shared blocks (before 1.11 local ones too); null while track_io_timing is off',
    ),
    shared_write_time_ms: counter(
      'milliseconds writing shared blocks (before 1.11 local ones too); null while track_io_timing is off',
    ),
    local_read_time_ms: counter('milliseconds reading local blocks, since 1.11'),
    local_write_time_ms: counter('milliseconds writing local blocks, since 1.11'),
    temp_read_time_ms: counter('milliseconds reading temporary files, since 1.10'),
    temp_write_time_ms: counter('milliseconds writing temporary files, since 1.10'),
    wal_records: counter('WAL records generated, since 1.8'),
    wal_fpi: counter('full page images among them, since 1.8'),
    wal_bytes: counter('bytes of WAL generated, since 1.8'),
    wal_buffers_full: counter('times WAL was written because the buffers were full, since 1.12'),
    jit_functions: counter('functions compiled, since 1.10'),
    jit_generation_time_ms: counter('milliseconds generating code, since 1.10'),
    jit_inlining_count: counter('times functions were inlined, since 1.10'),
    jit_inlining_time_ms: counter('milliseconds inlining, since 1.10'),
    jit_optimization_count: counter('times code was optimised, since 1.10'),
    jit_optimization_time_ms: counter('milliseconds optimising, since 1.10'),
    jit_emission_count: counter('times code was emitted, since 1.10'),
    jit_emission_time_ms: counter('milliseconds emitting, since 1.10'),
    jit_deform_count: counter('tuple deform functions compiled, since 1.11'),
    jit_deform_time_ms: counter('milliseconds compiling them, since 1.11'),
    parallel_workers_to_launch: counter('parallel workers planned, since 1.12'),
    parallel_workers_launched: counter('parallel workers started, since 1.12'),
    stats_since: time('when this entry began, since 1.11'),
    minmax_stats_since: time('when its minima and maxima began, since 1.11'),
    stats_reset: time('when all entries were last reset, since 1.9'),
  }),
  resetAt: 'stats_reset',
  bornAt: 'stats_since',
  versionedBy: { extension: 'pg_stat_statements' },
  variants: [
    {
      since: 1004,
      sql: /* sql */ `
WITH t AS MATERIALIZED (
  SELECT pg_catalog.current_setting('block_size')::numeric AS block_size,
         pg_catalog.current_setting('track_io_timing')::bool AS timed)
SELECT p.userid, r.rolname AS usename, p.dbid, d.datname, NULL::bool AS toplevel,
       p.queryid::text AS queryid, p.queryid IS NOT NULL AS visible,
       CASE WHEN p.queryid IS NOT NULL THEN p.query END AS query, p.calls,
       p.total_time AS total_exec_time_ms, p.min_time AS min_exec_time_ms, p.max_time AS max_exec_time_ms,
       p.mean_time AS mean_exec_time_ms, p.stddev_time AS stddev_exec_time_ms, p.rows, NULL::int8 AS plans,
       NULL::float8 AS total_plan_time_ms, NULL::float8 AS min_plan_time_ms,
       NULL::float8 AS max_plan_time_ms, NULL::float8 AS mean_plan_time_ms,
       NULL::float8 AS stddev_plan_time_ms, p.shared_blks_hit * t.block_size AS shared_hit_bytes,
       p.shared_blks_read * t.block_size AS shared_read_bytes,
       p.shared_blks_dirtied * t.block_size AS shared_dirtied_bytes,
       p.shared_blks_written * t.block_size AS shared_written_bytes,
       p.local_blks_hit * t.block_size AS local_hit_bytes,
       p.local_blks_read * t.block_size AS local_read_bytes,
       p.local_blks_dirtied * t.block_size AS local_dirtied_bytes,
       p.local_blks_written * t.block_size AS local_written_bytes,
       p.temp_blks_read * t.block_size AS temp_read_bytes,
       p.temp_blks_written * t.block_size AS temp_written_bytes,
       CASE WHEN t.timed THEN p.blk_read_time END AS shared_read_time_ms,
       CASE WHEN t.timed THEN p.blk_write_time END AS shared_write_time_ms,
       NULL::float8 AS local_read_time_ms, NULL::float8 AS local_write_time_ms,
       NULL::float8 AS temp_read_time_ms, NULL::float8 AS temp_write_time_ms, NULL::int8 AS wal_records,
       NULL::int8 AS wal_fpi, NULL::numeric AS wal_bytes, NULL::int8 AS wal_buffers_full,
       NULL::int8 AS jit_functions, NULL::float8 AS jit_generation_time_ms,
       NULL::int8 AS jit_inlining_count, NULL::float8 AS jit_inlining_time_ms,
       NULL::int8 AS jit_optimization_count, NULL::float8 AS jit_optimization_time_ms,
       NULL::int8 AS jit_emission_count, NULL::float8 AS jit_emission_time_ms,
       NULL::int8 AS jit_deform_count, NULL::float8 AS jit_deform_time_ms,
       NULL::int8 AS parallel_workers_to_launch, NULL::int8 AS parallel_workers_launched,
       NULL::timestamptz AS stats_since, NULL::timestamptz AS minmax_stats_since,
       NULL::timestamptz AS stats_reset, p.total_count
  FROM (SELECT s.userid, s.dbid, s.queryid, s.query, s.calls, s.total_time, s.min_time, s.max_time,
               s.mean_time, s.stddev_time, s.rows, s.shared_blks_hit, s.shared_blks_read,
               s.shared_blks_dirtied, s.shared_blks_written, s.local_blks_hit, s.local_blks_read,
               s.local_blks_dirtied, s.local_blks_written, s.temp_blks_read, s.temp_blks_written,
               s.blk_read_time, s.blk_write_time, pg_catalog.count(*) OVER () AS total_count
          FROM @extschema@.pg_stat_statements($2::bool) AS s
         ORDER BY s.total_time DESC, s.userid, s.dbid, s.queryid
         LIMIT NULLIF($1::int8, 0)) AS p
 CROSS JOIN t
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = p.userid
  LEFT JOIN pg_catalog.pg_database AS d ON d.oid = p.dbid
 ORDER BY p.total_time DESC, p.userid, p.dbid, p.queryid`,
    },
    {
      since: 1008,
      sql: /* sql */ `
WITH t AS MATERIALIZED (
  SELECT pg_catalog.current_setting('block_size')::numeric AS block_size,
         pg_catalog.current_setting('pg_stat_statements.track_planning', true)::bool AS planning,
         pg_catalog.current_setting('track_io_timing')::bool AS timed)
SELECT p.userid, r.rolname AS usename, p.dbid, d.datname, NULL::bool AS toplevel,
       p.queryid::text AS queryid, p.queryid IS NOT NULL AS visible,
       CASE WHEN p.queryid IS NOT NULL THEN p.query END AS query, p.calls,
       p.total_exec_time AS total_exec_time_ms, p.min_exec_time AS min_exec_time_ms,
       p.max_exec_time AS max_exec_time_ms, p.mean_exec_time AS mean_exec_time_ms,
       p.stddev_exec_time AS stddev_exec_time_ms, p.rows, CASE WHEN t.planning THEN p.plans END AS plans,
       CASE WHEN t.planning THEN p.total_plan_time END AS total_plan_time_ms,
       CASE WHEN t.planning THEN p.min_plan_time END AS min_plan_time_ms,
       CASE WHEN t.planning THEN p.max_plan_time END AS max_plan_time_ms,
       CASE WHEN t.planning THEN p.mean_plan_time END AS mean_plan_time_ms,
       CASE WHEN t.planning THEN p.stddev_plan_time END AS stddev_plan_time_ms,
       p.shared_blks_hit * t.block_size AS shared_hit_bytes,
       p.shared_blks_read * t.block_size AS shared_read_bytes,
       p.shared_blks_dirtied * t.block_size AS shared_dirtied_bytes,
       p.shared_blks_written * t.block_size AS shared_written_bytes,
       p.local_blks_hit * t.block_size AS local_hit_bytes,
       p.local_blks_read * t.block_size AS local_read_bytes,
       p.local_blks_dirtied * t.block_size AS local_dirtied_bytes,
       p.local_blks_written * t.block_size AS local_written_bytes,
       p.temp_blks_read * t.block_size AS temp_read_bytes,
       p.temp_blks_written * t.block_size AS temp_written_bytes,
       CASE WHEN t.timed THEN p.blk_read_time END AS shared_read_time_ms,
       CASE WHEN t.timed THEN p.blk_write_time END AS shared_write_time_ms,
       NULL::float8 AS local_read_time_ms, NULL::float8 AS local_write_time_ms,
       NULL::float8 AS temp_read_time_ms, NULL::float8 AS temp_write_time_ms, p.wal_records, p.wal_fpi,
       p.wal_bytes, NULL::int8 AS wal_buffers_full, NULL::int8 AS jit_functions,
       NULL::float8 AS jit_generation_time_ms, NULL::int8 AS jit_inlining_count,
       NULL::float8 AS jit_inlining_time_ms, NULL::int8 AS jit_optimization_count,
       NULL::float8 AS jit_optimization_time_ms, NULL::int8 AS jit_emission_count,
       NULL::float8 AS jit_emission_time_ms, NULL::int8 AS jit_deform_count,
       NULL::float8 AS jit_deform_time_ms, NULL::int8 AS parallel_workers_to_launch,
       NULL::int8 AS parallel_workers_launched, NULL::timestamptz AS stats_since,
       NULL::timestamptz AS minmax_stats_since, NULL::timestamptz AS stats_reset, p.total_count
  FROM (SELECT s.userid, s.dbid, s.queryid, s.query, s.calls, s.total_exec_time, s.min_exec_time,
               s.max_exec_time, s.mean_exec_time, s.stddev_exec_time, s.rows, s.plans, s.total_plan_time,
               s.min_plan_time, s.max_plan_time, s.mean_plan_time, s.stddev_plan_time, s.shared_blks_hit,
               s.shared_blks_read, s.shared_blks_dirtied, s.shared_blks_written, s.local_blks_hit,
               s.local_blks_read, s.local_blks_dirtied, s.local_blks_written, s.temp_blks_read,
               s.temp_blks_written, s.blk_read_time, s.blk_write_time, s.wal_records, s.wal_fpi,
               s.wal_bytes, pg_catalog.count(*) OVER () AS total_count
          FROM @extschema@.pg_stat_statements($2::bool) AS s
         ORDER BY s.total_exec_time DESC, s.userid, s.dbid, s.queryid
         LIMIT NULLIF($1::int8, 0)) AS p
 CROSS JOIN t
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = p.userid
  LEFT JOIN pg_catalog.pg_database AS d ON d.oid = p.dbid
 ORDER BY p.total_exec_time DESC, p.userid, p.dbid, p.queryid`,
    },
    {
      since: 1009,
      sql: /* sql */ `
WITH t AS MATERIALIZED (
  SELECT pg_catalog.current_setting('block_size')::numeric AS block_size,
         pg_catalog.current_setting('pg_stat_statements.track_planning', true)::bool AS planning,
         pg_catalog.current_setting('track_io_timing')::bool AS timed)
SELECT p.userid, r.rolname AS usename, p.dbid, d.datname, p.toplevel, p.queryid::text AS queryid,
       p.queryid IS NOT NULL AS visible, CASE WHEN p.queryid IS NOT NULL THEN p.query END AS query, p.calls,
       p.total_exec_time AS total_exec_time_ms, p.min_exec_time AS min_exec_time_ms,
       p.max_exec_time AS max_exec_time_ms, p.mean_exec_time AS mean_exec_time_ms,
       p.stddev_exec_time AS stddev_exec_time_ms, p.rows, CASE WHEN t.planning THEN p.plans END AS plans,
       CASE WHEN t.planning THEN p.total_plan_time END AS total_plan_time_ms,
       CASE WHEN t.planning THEN p.min_plan_time END AS min_plan_time_ms,
       CASE WHEN t.planning THEN p.max_plan_time END AS max_plan_time_ms,
       CASE WHEN t.planning THEN p.mean_plan_time END AS mean_plan_time_ms,
       CASE WHEN t.planning THEN p.stddev_plan_time END AS stddev_plan_time_ms,
       p.shared_blks_hit * t.block_size AS shared_hit_bytes,
       p.shared_blks_read * t.block_size AS shared_read_bytes,
       p.shared_blks_dirtied * t.block_size AS shared_dirtied_bytes,
       p.shared_blks_written * t.block_size AS shared_written_bytes,
       p.local_blks_hit * t.block_size AS local_hit_bytes,
       p.local_blks_read * t.block_size AS local_read_bytes,
       p.local_blks_dirtied * t.block_size AS local_dirtied_bytes,
       p.local_blks_written * t.block_size AS local_written_bytes,
       p.temp_blks_read * t.block_size AS temp_read_bytes,
       p.temp_blks_written * t.block_size AS temp_written_bytes,
       CASE WHEN t.timed THEN p.blk_read_time END AS shared_read_time_ms,
       CASE WHEN t.timed THEN p.blk_write_time END AS shared_write_time_ms,
       NULL::float8 AS local_read_time_ms, NULL::float8 AS local_write_time_ms,
       NULL::float8 AS temp_read_time_ms, NULL::float8 AS temp_write_time_ms, p.wal_records, p.wal_fpi,
       p.wal_bytes, NULL::int8 AS wal_buffers_full, NULL::int8 AS jit_functions,
       NULL::float8 AS jit_generation_time_ms, NULL::int8 AS jit_inlining_count,
       NULL::float8 AS jit_inlining_time_ms, NULL::int8 AS jit_optimization_count,
       NULL::float8 AS jit_optimization_time_ms, NULL::int8 AS jit_emission_count,
       NULL::float8 AS jit_emission_time_ms, NULL::int8 AS jit_deform_count,
       NULL::float8 AS jit_deform_time_ms, NULL::int8 AS parallel_workers_to_launch,
       NULL::int8 AS parallel_workers_launched, NULL::timestamptz AS stats_since,
       NULL::timestamptz AS minmax_stats_since,
       (SELECT i.stats_reset FROM @extschema@.pg_stat_statements_info AS i) AS stats_reset, p.total_count
  FROM (SELECT s.userid, s.dbid, s.toplevel, s.queryid, s.query, s.calls, s.total_exec_time,
               s.min_exec_time, s.max_exec_time, s.mean_exec_time, s.stddev_exec_time, s.rows, s.plans,
               s.total_plan_time, s.min_plan_time, s.max_plan_time, s.mean_plan_time, s.stddev_plan_time,
               s.shared_blks_hit, s.shared_blks_read, s.shared_blks_dirtied, s.shared_blks_written,
               s.local_blks_hit, s.local_blks_read, s.local_blks_dirtied, s.local_blks_written,
               s.temp_blks_read, s.temp_blks_written, s.blk_read_time, s.blk_write_time, s.wal_records,
               s.wal_fpi, s.wal_bytes, pg_catalog.count(*) OVER () AS total_count
          FROM @extschema@.pg_stat_statements($2::bool) AS s
         ORDER BY s.total_exec_time DESC, s.userid, s.dbid, s.queryid
         LIMIT NULLIF($1::int8, 0)) AS p
 CROSS JOIN t
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = p.userid
  LEFT JOIN pg_catalog.pg_database AS d ON d.oid = p.dbid
 ORDER BY p.total_exec_time DESC, p.userid, p.dbid, p.queryid`,
    },
    {
      since: 1010,
      sql: /* sql */ `
WITH t AS MATERIALIZED (
  SELECT pg_catalog.current_setting('block_size')::numeric AS block_size,
         pg_catalog.current_setting('pg_stat_statements.track_planning', true)::bool AS planning,
         pg_catalog.current_setting('track_io_timing')::bool AS timed)
SELECT p.userid, r.rolname AS usename, p.dbid, d.datname, p.toplevel, p.queryid::text AS queryid,
       p.queryid IS NOT NULL AS visible, CASE WHEN p.queryid IS NOT NULL THEN p.query END AS query, p.calls,
       p.total_exec_time AS total_exec_time_ms, p.min_exec_time AS min_exec_time_ms,
       p.max_exec_time AS max_exec_time_ms, p.mean_exec_time AS mean_exec_time_ms,
       p.stddev_exec_time AS stddev_exec_time_ms, p.rows, CASE WHEN t.planning THEN p.plans END AS plans,
       CASE WHEN t.planning THEN p.total_plan_time END AS total_plan_time_ms,
       CASE WHEN t.planning THEN p.min_plan_time END AS min_plan_time_ms,
       CASE WHEN t.planning THEN p.max_plan_time END AS max_plan_time_ms,
       CASE WHEN t.planning THEN p.mean_plan_time END AS mean_plan_time_ms,
       CASE WHEN t.planning THEN p.stddev_plan_time END AS stddev_plan_time_ms,
       p.shared_blks_hit * t.block_size AS shared_hit_bytes,
       p.shared_blks_read * t.block_size AS shared_read_bytes,
       p.shared_blks_dirtied * t.block_size AS shared_dirtied_bytes,
       p.shared_blks_written * t.block_size AS shared_written_bytes,
       p.local_blks_hit * t.block_size AS local_hit_bytes,
       p.local_blks_read * t.block_size AS local_read_bytes,
       p.local_blks_dirtied * t.block_size AS local_dirtied_bytes,
       p.local_blks_written * t.block_size AS local_written_bytes,
       p.temp_blks_read * t.block_size AS temp_read_bytes,
       p.temp_blks_written * t.block_size AS temp_written_bytes,
       CASE WHEN t.timed THEN p.blk_read_time END AS shared_read_time_ms,
       CASE WHEN t.timed THEN p.blk_write_time END AS shared_write_time_ms,
       NULL::float8 AS local_read_time_ms, NULL::float8 AS local_write_time_ms,
       CASE WHEN t.timed THEN p.temp_blk_read_time END AS temp_read_time_ms,
       CASE WHEN t.timed THEN p.temp_blk_write_time END AS temp_write_time_ms, p.wal_records, p.wal_fpi,
       p.wal_bytes, NULL::int8 AS wal_buffers_full, p.jit_functions,
       p.jit_generation_time AS jit_generation_time_ms, p.jit_inlining_count,
       p.jit_inlining_time AS jit_inlining_time_ms, p.jit_optimization_count,
       p.jit_optimization_time AS jit_optimization_time_ms, p.jit_emission_count,
       p.jit_emission_time AS jit_emission_time_ms, NULL::int8 AS jit_deform_count,
       NULL::float8 AS jit_deform_time_ms, NULL::int8 AS parallel_workers_to_launch,
       NULL::int8 AS parallel_workers_launched, NULL::timestamptz AS stats_since,
       NULL::timestamptz AS minmax_stats_since,
       (SELECT i.stats_reset FROM @extschema@.pg_stat_statements_info AS i) AS stats_reset, p.total_count
  FROM (SELECT s.userid, s.dbid, s.toplevel, s.queryid, s.query, s.calls, s.total_exec_time,
               s.min_exec_time, s.max_exec_time, s.mean_exec_time, s.stddev_exec_time, s.rows, s.plans,
               s.total_plan_time, s.min_plan_time, s.max_plan_time, s.mean_plan_time, s.stddev_plan_time,
               s.shared_blks_hit, s.shared_blks_read, s.shared_blks_dirtied, s.shared_blks_written,
               s.local_blks_hit, s.local_blks_read, s.local_blks_dirtied, s.local_blks_written,
               s.temp_blks_read, s.temp_blks_written, s.blk_read_time, s.blk_write_time,
               s.temp_blk_read_time, s.temp_blk_write_time, s.wal_records, s.wal_fpi, s.wal_bytes,
               s.jit_functions, s.jit_generation_time, s.jit_inlining_count, s.jit_inlining_time,
               s.jit_optimization_count, s.jit_optimization_time, s.jit_emission_count, s.jit_emission_time,
               pg_catalog.count(*) OVER () AS total_count
          FROM @extschema@.pg_stat_statements($2::bool) AS s
         ORDER BY s.total_exec_time DESC, s.userid, s.dbid, s.queryid
         LIMIT NULLIF($1::int8, 0)) AS p
 CROSS JOIN t
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = p.userid
  LEFT JOIN pg_catalog.pg_database AS d ON d.oid = p.dbid
 ORDER BY p.total_exec_time DESC, p.userid, p.dbid, p.queryid`,
    },
    {
      since: 1011,
      sql: /* sql */ `
WITH t AS MATERIALIZED (
  SELECT pg_catalog.current_setting('block_size')::numeric AS block_size,
         pg_catalog.current_setting('pg_stat_statements.track_planning', true)::bool AS planning,
         pg_catalog.current_setting('track_io_timing')::bool AS timed)
SELECT p.userid, r.rolname AS usename, p.dbid, d.datname, p.toplevel, p.queryid::text AS queryid,
       p.queryid IS NOT NULL AS visible, CASE WHEN p.queryid IS NOT NULL THEN p.query END AS query, p.calls,
       p.total_exec_time AS total_exec_time_ms, p.min_exec_time AS min_exec_time_ms,
       p.max_exec_time AS max_exec_time_ms, p.mean_exec_time AS mean_exec_time_ms,
       p.stddev_exec_time AS stddev_exec_time_ms, p.rows, CASE WHEN t.planning THEN p.plans END AS plans,
       CASE WHEN t.planning THEN p.total_plan_time END AS total_plan_time_ms,
       CASE WHEN t.planning THEN p.min_plan_time END AS min_plan_time_ms,
       CASE WHEN t.planning THEN p.max_plan_time END AS max_plan_time_ms,
       CASE WHEN t.planning THEN p.mean_plan_time END AS mean_plan_time_ms,
       CASE WHEN t.planning THEN p.stddev_plan_time END AS stddev_plan_time_ms,
       p.shared_blks_hit * t.block_size AS shared_hit_bytes,
       p.shared_blks_read * t.block_size AS shared_read_bytes,
       p.shared_blks_dirtied * t.block_size AS shared_dirtied_bytes,
       p.shared_blks_written * t.block_size AS shared_written_bytes,
       p.local_blks_hit * t.block_size AS local_hit_bytes,
       p.local_blks_read * t.block_size AS local_read_bytes,
       p.local_blks_dirtied * t.block_size AS local_dirtied_bytes,
       p.local_blks_written * t.block_size AS local_written_bytes,
       p.temp_blks_read * t.block_size AS temp_read_bytes,
       p.temp_blks_written * t.block_size AS temp_written_bytes,
       CASE WHEN t.timed THEN p.shared_blk_read_time END AS shared_read_time_ms,
       CASE WHEN t.timed THEN p.shared_blk_write_time END AS shared_write_time_ms,
       CASE WHEN t.timed THEN p.local_blk_read_time END AS local_read_time_ms,
       CASE WHEN t.timed THEN p.local_blk_write_time END AS local_write_time_ms,
       CASE WHEN t.timed THEN p.temp_blk_read_time END AS temp_read_time_ms,
       CASE WHEN t.timed THEN p.temp_blk_write_time END AS temp_write_time_ms, p.wal_records, p.wal_fpi,
       p.wal_bytes, NULL::int8 AS wal_buffers_full, p.jit_functions,
       p.jit_generation_time AS jit_generation_time_ms, p.jit_inlining_count,
       p.jit_inlining_time AS jit_inlining_time_ms, p.jit_optimization_count,
       p.jit_optimization_time AS jit_optimization_time_ms, p.jit_emission_count,
       p.jit_emission_time AS jit_emission_time_ms, p.jit_deform_count,
       p.jit_deform_time AS jit_deform_time_ms, NULL::int8 AS parallel_workers_to_launch,
       NULL::int8 AS parallel_workers_launched, p.stats_since, p.minmax_stats_since,
       (SELECT i.stats_reset FROM @extschema@.pg_stat_statements_info AS i) AS stats_reset, p.total_count
  FROM (SELECT s.userid, s.dbid, s.toplevel, s.queryid, s.query, s.calls, s.total_exec_time,
               s.min_exec_time, s.max_exec_time, s.mean_exec_time, s.stddev_exec_time, s.rows, s.plans,
               s.total_plan_time, s.min_plan_time, s.max_plan_time, s.mean_plan_time, s.stddev_plan_time,
               s.shared_blks_hit, s.shared_blks_read, s.shared_blks_dirtied, s.shared_blks_written,
               s.local_blks_hit, s.local_blks_read, s.local_blks_dirtied, s.local_blks_written,
               s.temp_blks_read, s.temp_blks_written, s.shared_blk_read_time, s.shared_blk_write_time,
               s.local_blk_read_time, s.local_blk_write_time, s.temp_blk_read_time, s.temp_blk_write_time,
               s.wal_records, s.wal_fpi, s.wal_bytes, s.jit_functions, s.jit_generation_time,
               s.jit_inlining_count, s.jit_inlining_time, s.jit_optimization_count, s.jit_optimization_time,
               s.jit_emission_count, s.jit_emission_time, s.jit_deform_count, s.jit_deform_time,
               s.stats_since, s.minmax_stats_since, pg_catalog.count(*) OVER () AS total_count
          FROM @extschema@.pg_stat_statements($2::bool) AS s
         ORDER BY s.total_exec_time DESC, s.userid, s.dbid, s.queryid
         LIMIT NULLIF($1::int8, 0)) AS p
 CROSS JOIN t
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = p.userid
  LEFT JOIN pg_catalog.pg_database AS d ON d.oid = p.dbid
 ORDER BY p.total_exec_time DESC, p.userid, p.dbid, p.queryid`,
    },
    {
      since: 1012,
      sql: /* sql */ `
WITH t AS MATERIALIZED (
  SELECT pg_catalog.current_setting('block_size')::numeric AS block_size,
         pg_catalog.current_setting('pg_stat_statements.track_planning', true)::bool AS planning,
         pg_catalog.current_setting('track_io_timing')::bool AS timed)
SELECT p.userid, r.rolname AS usename, p.dbid, d.datname, p.toplevel, p.queryid::text AS queryid,
       p.queryid IS NOT NULL AS visible, CASE WHEN p.queryid IS NOT NULL THEN p.query END AS query, p.calls,
       p.total_exec_time AS total_exec_time_ms, p.min_exec_time AS min_exec_time_ms,
       p.max_exec_time AS max_exec_time_ms, p.mean_exec_time AS mean_exec_time_ms,
       p.stddev_exec_time AS stddev_exec_time_ms, p.rows, CASE WHEN t.planning THEN p.plans END AS plans,
       CASE WHEN t.planning THEN p.total_plan_time END AS total_plan_time_ms,
       CASE WHEN t.planning THEN p.min_plan_time END AS min_plan_time_ms,
       CASE WHEN t.planning THEN p.max_plan_time END AS max_plan_time_ms,
       CASE WHEN t.planning THEN p.mean_plan_time END AS mean_plan_time_ms,
       CASE WHEN t.planning THEN p.stddev_plan_time END AS stddev_plan_time_ms,
       p.shared_blks_hit * t.block_size AS shared_hit_bytes,
       p.shared_blks_read * t.block_size AS shared_read_bytes,
       p.shared_blks_dirtied * t.block_size AS shared_dirtied_bytes,
       p.shared_blks_written * t.block_size AS shared_written_bytes,
       p.local_blks_hit * t.block_size AS local_hit_bytes,
       p.local_blks_read * t.block_size AS local_read_bytes,
       p.local_blks_dirtied * t.block_size AS local_dirtied_bytes,
       p.local_blks_written * t.block_size AS local_written_bytes,
       p.temp_blks_read * t.block_size AS temp_read_bytes,
       p.temp_blks_written * t.block_size AS temp_written_bytes,
       CASE WHEN t.timed THEN p.shared_blk_read_time END AS shared_read_time_ms,
       CASE WHEN t.timed THEN p.shared_blk_write_time END AS shared_write_time_ms,
       CASE WHEN t.timed THEN p.local_blk_read_time END AS local_read_time_ms,
       CASE WHEN t.timed THEN p.local_blk_write_time END AS local_write_time_ms,
       CASE WHEN t.timed THEN p.temp_blk_read_time END AS temp_read_time_ms,
       CASE WHEN t.timed THEN p.temp_blk_write_time END AS temp_write_time_ms, p.wal_records, p.wal_fpi,
       p.wal_bytes, p.wal_buffers_full, p.jit_functions, p.jit_generation_time AS jit_generation_time_ms,
       p.jit_inlining_count, p.jit_inlining_time AS jit_inlining_time_ms, p.jit_optimization_count,
       p.jit_optimization_time AS jit_optimization_time_ms, p.jit_emission_count,
       p.jit_emission_time AS jit_emission_time_ms, p.jit_deform_count,
       p.jit_deform_time AS jit_deform_time_ms, p.parallel_workers_to_launch, p.parallel_workers_launched,
       p.stats_since, p.minmax_stats_since,
       (SELECT i.stats_reset FROM @extschema@.pg_stat_statements_info AS i) AS stats_reset, p.total_count
  FROM (SELECT s.userid, s.dbid, s.toplevel, s.queryid, s.query, s.calls, s.total_exec_time,
               s.min_exec_time, s.max_exec_time, s.mean_exec_time, s.stddev_exec_time, s.rows, s.plans,
               s.total_plan_time, s.min_plan_time, s.max_plan_time, s.mean_plan_time, s.stddev_plan_time,
               s.shared_blks_hit, s.shared_blks_read, s.shared_blks_dirtied, s.shared_blks_written,
               s.local_blks_hit, s.local_blks_read, s.local_blks_dirtied, s.local_blks_written,
               s.temp_blks_read, s.temp_blks_written, s.shared_blk_read_time, s.shared_blk_write_time,
               s.local_blk_read_time, s.local_blk_write_time, s.temp_blk_read_time, s.temp_blk_write_time,
               s.wal_records, s.wal_fpi, s.wal_bytes, s.wal_buffers_full, s.jit_functions,
               s.jit_generation_time, s.jit_inlining_count, s.jit_inlining_time, s.jit_optimization_count,
               s.jit_optimization_time, s.jit_emission_count, s.jit_emission_time, s.jit_deform_count,
               s.jit_deform_time, s.parallel_workers_to_launch, s.parallel_workers_launched, s.stats_since,
               s.minmax_stats_since, pg_catalog.count(*) OVER () AS total_count
          FROM @extschema@.pg_stat_statements($2::bool) AS s
         ORDER BY s.total_exec_time DESC, s.userid, s.dbid, s.queryid
         LIMIT NULLIF($1::int8, 0)) AS p
 CROSS JOIN t
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = p.userid
  LEFT JOIN pg_catalog.pg_database AS d ON d.oid = p.dbid
 ORDER BY p.total_exec_time DESC, p.userid, p.dbid, p.queryid`,
    },
  ],
});
