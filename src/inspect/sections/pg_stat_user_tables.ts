import { closedObject, Type } from '../../core/schema.js';
import { counter, document, flag, gauge, id, label, numberKey, time } from '../column.js';
import { lockedShortfall } from '../exclusivelyLocked.js';
import { defineSection } from '../section.js';

/*
 * The statement is put together from static pieces, so that the variants differ where the servers do. The rows are
 * chosen by relpages from pg_class first; statistics and sizes are asked for the chosen ones only.
 */

/**
 * Relations of this database that somebody holds or awaits an AccessExclusiveLock on, indexes as their table. Asking
 * the size of one, or of a table whose TOAST table or index is one, would wait in the same queue.
 */
const CHOSEN = /* sql */ `
WITH locked AS MATERIALIZED (
  SELECT coalesce(pg_catalog.array_agg(DISTINCT coalesce(i.indrelid, l.relation)), '{}') AS oids
    FROM pg_catalog.pg_locks AS l
    LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = l.relation
   WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
     AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())),
ranked AS MATERIALIZED (
  SELECT c.oid, t.oid AS toast, n.nspname, c.relpages::int8 + coalesce(t.relpages, 0) AS pages,
         pg_catalog.count(*) OVER () AS total_count
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.reltoastrelid
   WHERE c.relkind IN ('r', 'm', 'p')
     AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
   ORDER BY pages DESC, c.oid
   LIMIT NULLIF($1::int8, 0)),
chosen AS MATERIALIZED (
  SELECT r.oid, r.toast, r.nspname, r.pages, r.total_count,
         pg_catalog.row_number() OVER (ORDER BY r.pages DESC, r.oid) AS rank,
         r.oid = ANY (l.oids) OR coalesce(r.toast = ANY (l.oids), false) AS is_locked
    FROM ranked AS r CROSS JOIN locked AS l),`;

/** Exact sizes of the largest 100. pg_table_size() includes the TOAST table; a partitioned table has no storage. */
const EXACT_SIZES = /* sql */ `
sized AS MATERIALIZED (
  SELECT x.oid, pg_catalog.pg_table_size(x.oid) AS table_bytes, pg_catalog.pg_indexes_size(x.oid) AS indexes_bytes,
         CASE WHEN x.toast IS NOT NULL THEN pg_catalog.pg_total_relation_size(x.toast) END AS toast_bytes
    FROM chosen AS x
   WHERE x.rank <= 100 AND NOT x.is_locked)`;

const NO_SIZES = /* sql */ `
sized AS (
  SELECT NULL::oid AS oid, NULL::int8 AS table_bytes, NULL::int8 AS indexes_bytes, NULL::int8 AS toast_bytes
   WHERE false)`;

/** reltuples is -1 since 14 where it was never counted; before, 0 with no pages may mean empty or never counted. */
const COUNTED_14 = /* sql */ `c.reltuples >= 0`;
const COUNTED_12 = /* sql */ `(c.reltuples > 0 OR c.relpages > 0)`;

const ROW = /* sql */ `
SELECT x.oid AS relid, x.nspname AS schemaname, c.relname,
       CASE c.relkind WHEN 'r' THEN 'table' WHEN 'm' THEN 'materialized view' WHEN 'p' THEN 'partitioned table' END
         AS relkind,
       CASE c.relpersistence WHEN 'p' THEN 'permanent' WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END
         AS persistence,
       c.relispartition AS is_partition,
       pg_catalog.pg_get_userbyid(c.relowner) AS owner,
       coalesce(pg_catalog.to_jsonb(c.reloptions), '[]') AS reloptions,
       pg_catalog.to_jsonb(t.reloptions) AS toast_reloptions,
       CASE WHEN c.relkind <> 'p' THEN c.relfrozenxid::text END AS relfrozenxid,
       CASE WHEN c.relfrozenxid <> '0' THEN pg_catalog.age(c.relfrozenxid) END AS relfrozenxid_age,
       CASE WHEN c.relminmxid <> '0' THEN pg_catalog.mxid_age(c.relminmxid) END AS relminmxid_age,
       CASE WHEN t.relfrozenxid <> '0' THEN pg_catalog.age(t.relfrozenxid) END AS toast_relfrozenxid_age,
       CASE WHEN t.relminmxid <> '0' THEN pg_catalog.mxid_age(t.relminmxid) END AS toast_relminmxid_age,
       CASE WHEN s.table_bytes IS NOT NULL AND c.relkind <> 'p' THEN 'exact'
            WHEN c.relkind = 'p' THEN NULL WHEN x.is_locked THEN 'exclusively_locked' ELSE 'relpages' END AS size_source,
       CASE WHEN c.relkind <> 'p' THEN s.table_bytes END AS size_bytes,
       CASE WHEN c.relkind <> 'p' THEN s.indexes_bytes END AS indexes_bytes,
       CASE WHEN c.relkind <> 'p' THEN s.toast_bytes END AS toast_bytes,
       CASE WHEN c.relkind <> 'p' THEN s.table_bytes + s.indexes_bytes END AS total_bytes,`;

const STATISTICS = /* sql */ `
       b.block_size * c.relallvisible AS all_visible_bytes,
       pg_catalog.pg_stat_get_numscans(x.oid) AS seq_scan,
       pg_catalog.pg_stat_get_tuples_returned(x.oid) AS seq_tup_read,
       i.idx_scan,
       i.idx_tup_fetch + pg_catalog.pg_stat_get_tuples_fetched(x.oid) AS idx_tup_fetch,
       pg_catalog.pg_stat_get_tuples_inserted(x.oid) AS n_tup_ins,
       pg_catalog.pg_stat_get_tuples_updated(x.oid) AS n_tup_upd,
       pg_catalog.pg_stat_get_tuples_deleted(x.oid) AS n_tup_del,
       pg_catalog.pg_stat_get_tuples_hot_updated(x.oid) AS n_tup_hot_upd,
       pg_catalog.pg_stat_get_live_tuples(x.oid) AS n_live_tup,
       pg_catalog.pg_stat_get_dead_tuples(x.oid) AS n_dead_tup,
       pg_catalog.pg_stat_get_mod_since_analyze(x.oid) AS n_mod_since_analyze,
       pg_catalog.pg_stat_get_last_vacuum_time(x.oid) AS last_vacuum,
       pg_catalog.pg_stat_get_last_autovacuum_time(x.oid) AS last_autovacuum,
       pg_catalog.pg_stat_get_last_analyze_time(x.oid) AS last_analyze,
       pg_catalog.pg_stat_get_last_autoanalyze_time(x.oid) AS last_autoanalyze,
       pg_catalog.pg_stat_get_vacuum_count(x.oid) AS vacuum_count,
       pg_catalog.pg_stat_get_autovacuum_count(x.oid) AS autovacuum_count,
       pg_catalog.pg_stat_get_analyze_count(x.oid) AS analyze_count,
       pg_catalog.pg_stat_get_autoanalyze_count(x.oid) AS autoanalyze_count,`;

const SINCE_12 = /* sql */ `
       NULL::int8 AS n_ins_since_vacuum,
       NULL::timestamptz AS last_seq_scan, NULL::timestamptz AS last_idx_scan, NULL::int8 AS n_tup_newpage_upd,
       NULL::float8 AS total_vacuum_time_ms, NULL::float8 AS total_autovacuum_time_ms,
       NULL::float8 AS total_analyze_time_ms, NULL::float8 AS total_autoanalyze_time_ms,
       NULL::numeric AS all_frozen_bytes,`;

const SINCE_13 = /* sql */ `
       pg_catalog.pg_stat_get_ins_since_vacuum(x.oid) AS n_ins_since_vacuum,
       NULL::timestamptz AS last_seq_scan, NULL::timestamptz AS last_idx_scan, NULL::int8 AS n_tup_newpage_upd,
       NULL::float8 AS total_vacuum_time_ms, NULL::float8 AS total_autovacuum_time_ms,
       NULL::float8 AS total_analyze_time_ms, NULL::float8 AS total_autoanalyze_time_ms,
       NULL::numeric AS all_frozen_bytes,`;

const SINCE_16 = /* sql */ `
       pg_catalog.pg_stat_get_ins_since_vacuum(x.oid) AS n_ins_since_vacuum,
       pg_catalog.pg_stat_get_lastscan(x.oid) AS last_seq_scan, i.last_idx_scan,
       pg_catalog.pg_stat_get_tuples_newpage_updated(x.oid) AS n_tup_newpage_upd,
       NULL::float8 AS total_vacuum_time_ms, NULL::float8 AS total_autovacuum_time_ms,
       NULL::float8 AS total_analyze_time_ms, NULL::float8 AS total_autoanalyze_time_ms,
       NULL::numeric AS all_frozen_bytes,`;

const SINCE_18 = /* sql */ `
       pg_catalog.pg_stat_get_ins_since_vacuum(x.oid) AS n_ins_since_vacuum,
       pg_catalog.pg_stat_get_lastscan(x.oid) AS last_seq_scan, i.last_idx_scan,
       pg_catalog.pg_stat_get_tuples_newpage_updated(x.oid) AS n_tup_newpage_upd,
       pg_catalog.pg_stat_get_total_vacuum_time(x.oid) AS total_vacuum_time_ms,
       pg_catalog.pg_stat_get_total_autovacuum_time(x.oid) AS total_autovacuum_time_ms,
       pg_catalog.pg_stat_get_total_analyze_time(x.oid) AS total_analyze_time_ms,
       pg_catalog.pg_stat_get_total_autoanalyze_time(x.oid) AS total_autoanalyze_time_ms,
       b.block_size * c.relallfrozen AS all_frozen_bytes,`;

const FROM = /* sql */ `
       pg_catalog.pg_stat_get_db_stat_reset_time(b.datid) AS stats_reset,
       x.total_count
  FROM chosen AS x
  JOIN pg_catalog.pg_class AS c ON c.oid = x.oid
  LEFT JOIN pg_catalog.pg_class AS t ON t.oid = x.toast
  LEFT JOIN sized AS s ON s.oid = x.oid
 CROSS JOIN (SELECT d.oid AS datid, pg_catalog.current_setting('block_size')::numeric AS block_size
               FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()) AS b`;

const INDEXES_12 = /* sql */ `
  LEFT JOIN LATERAL (
       SELECT pg_catalog.sum(pg_catalog.pg_stat_get_numscans(v.indexrelid))::int8 AS idx_scan,
              pg_catalog.sum(pg_catalog.pg_stat_get_tuples_fetched(v.indexrelid))::int8 AS idx_tup_fetch
         FROM pg_catalog.pg_index AS v
        WHERE v.indrelid = x.oid) AS i ON true
 ORDER BY x.rank`;

const INDEXES_16 = /* sql */ `
  LEFT JOIN LATERAL (
       SELECT pg_catalog.sum(pg_catalog.pg_stat_get_numscans(v.indexrelid))::int8 AS idx_scan,
              pg_catalog.max(pg_catalog.pg_stat_get_lastscan(v.indexrelid)) AS last_idx_scan,
              pg_catalog.sum(pg_catalog.pg_stat_get_tuples_fetched(v.indexrelid))::int8 AS idx_tup_fetch
         FROM pg_catalog.pg_index AS v
        WHERE v.indrelid = x.oid) AS i ON true
 ORDER BY x.rank`;

/** Estimates that hold until the next VACUUM or ANALYZE, for every row. */
function estimates(counted: string): string {
  return [
    `
       CASE WHEN c.relkind <> 'p' THEN c.relpages END AS relpages,
       CASE WHEN `,
    counted,
    /* sql */ ` THEN c.reltuples END AS reltuples,
       CASE WHEN c.relkind <> 'p' AND `,
    counted,
    /* sql */ ` THEN b.block_size * c.relpages END AS size_bytes_estimated,
       CASE WHEN t.relpages > 0 THEN b.block_size * t.relpages END AS toast_bytes_estimated,`,
  ].join('');
}

const STATEMENTS = [
  { since: 12, counted: COUNTED_12, columns: SINCE_12, indexes: INDEXES_12 },
  { since: 13, counted: COUNTED_12, columns: SINCE_13, indexes: INDEXES_12 },
  { since: 14, counted: COUNTED_14, columns: SINCE_13, indexes: INDEXES_12 },
  { since: 16, counted: COUNTED_14, columns: SINCE_16, indexes: INDEXES_16 },
  { since: 18, counted: COUNTED_14, columns: SINCE_18, indexes: INDEXES_16 },
] as const;

const variants = (sizes: string) =>
  STATEMENTS.map(({ since, counted, columns, indexes }) => ({
    since,
    sql: [CHOSEN, sizes, ROW, estimates(counted), STATISTICS, columns, FROM, indexes].join(''),
  }));

/** pg_stat_user_tables joined with pg_class; partitioned tables are rows on every version. */
export const pgStatUserTables = defineSection({
  id: 'pg_stat_user_tables',
  title: 'Tables: use, dead rows, vacuum and analyze, age, and size of table, indexes and TOAST',
  scope: 'database',
  reads: 'statistics',
  parameters: ['limit'],
  order: 'largest relpages, TOAST included, first',
  needs: [
    { kind: 'setting', name: 'track_counts', without: 'partial', loses: 'no statistics are collected' },
  ],
  row: closedObject({
    relid: numberKey('oid of the table'),
    schemaname: label('its schema'),
    relname: label('its name'),
    relkind: label('table, materialized view or partitioned table'),
    persistence: label('permanent, unlogged or temporary'),
    is_partition: flag('whether it is a partition'),
    owner: label('its owner'),
    reloptions: document(Type.Array(Type.String()), 'storage options such as fillfactor=80'),
    toast_reloptions: document(Type.Array(Type.String()), 'storage options of its TOAST table'),
    relpages: gauge('blocks of the main fork at the last VACUUM or ANALYZE; null for partitioned tables'),
    reltuples: gauge('rows at the last VACUUM or ANALYZE; null where they were never counted'),
    relfrozenxid: id('transaction up to which its rows are frozen'),
    relfrozenxid_age: gauge('transactions begun since relfrozenxid'),
    relminmxid_age: gauge('multixacts made since relminmxid'),
    toast_relfrozenxid_age: gauge('the same of its TOAST table'),
    toast_relminmxid_age: gauge('the same of its TOAST table'),
    size_source: label(
      'exact: sizes were measured; relpages: too far down the list, see the estimates; exclusively_locked: measuring would wait; null for partitioned tables, which have no storage',
    ),
    size_bytes: gauge('bytes of the table with all forks and TOAST, measured'),
    indexes_bytes: gauge('bytes of its indexes, measured'),
    toast_bytes: gauge('bytes of its TOAST table and that one’s index, measured (part of size_bytes)'),
    total_bytes: gauge('size_bytes and indexes_bytes'),
    size_bytes_estimated: gauge(
      'bytes of the main fork at the last VACUUM or ANALYZE; null where never counted',
    ),
    toast_bytes_estimated: gauge(
      'bytes of the main fork of its TOAST table at its last VACUUM; null where never counted',
    ),
    all_visible_bytes: gauge('bytes of blocks marked all-visible at the last VACUUM or ANALYZE'),
    all_frozen_bytes: gauge('bytes of blocks marked all-frozen at the last VACUUM or ANALYZE, since 18'),
    seq_scan: counter('sequential scans'),
    last_seq_scan: time('when the last of them ended its transaction, since 16'),
    seq_tup_read: counter('rows read by them'),
    idx_scan: counter('index scans; null for a table without indexes'),
    last_idx_scan: time('when the last of them ended its transaction, since 16'),
    idx_tup_fetch: counter('rows fetched by them'),
    n_tup_ins: counter('rows inserted'),
    n_tup_upd: counter('rows updated'),
    n_tup_del: counter('rows deleted'),
    n_tup_hot_upd: counter('rows updated without touching an index (HOT)'),
    n_tup_newpage_upd: counter('rows updated to another page, since 16'),
    n_live_tup: gauge('live rows, estimated'),
    n_dead_tup: gauge('dead rows, estimated'),
    n_mod_since_analyze: gauge('rows changed since the last ANALYZE, estimated'),
    n_ins_since_vacuum: gauge('rows inserted since the last VACUUM, estimated, since 13'),
    last_vacuum: time('last VACUUM by hand'),
    last_autovacuum: time('last VACUUM by autovacuum'),
    last_analyze: time('last ANALYZE by hand'),
    last_autoanalyze: time('last ANALYZE by autovacuum'),
    vacuum_count: counter('VACUUMs by hand'),
    autovacuum_count: counter('VACUUMs by autovacuum'),
    analyze_count: counter('ANALYZEs by hand'),
    autoanalyze_count: counter('ANALYZEs by autovacuum'),
    total_vacuum_time_ms: counter('milliseconds of VACUUMs by hand, since 18'),
    total_autovacuum_time_ms: counter('milliseconds of VACUUMs by autovacuum, since 18'),
    total_analyze_time_ms: counter('milliseconds of ANALYZEs by hand, since 18'),
    total_autoanalyze_time_ms: counter('milliseconds of ANALYZEs by autovacuum, since 18'),
    stats_reset: time('when the counters of this database were last reset'),
  }),
  resetAt: 'stats_reset',
  sums: ['idx_scan', 'idx_tup_fetch'],
  shortfall: (rows) =>
    lockedShortfall(
      rows
        .filter((row) => row.size_source === 'exclusively_locked')
        .map((row) => [row.schemaname, row.relname]),
    ),
  variants: variants(EXACT_SIZES),
  withoutLocks: variants(NO_SIZES),
});
