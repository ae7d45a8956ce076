import { closedObject, Type } from '../../core/schema.js';
import { counter, document, flag, gauge, label, numberKey, time } from '../column.js';
import { lockedShortfall } from '../exclusivelyLocked.js';
import { defineSection } from '../section.js';

/*
 * Put together from static pieces like pg_stat_user_tables. The size of an index waits only for a lock on the index
 * itself. pg_get_indexdef() is not asked: it waits for a lock on the table, and takes longer than all the rest.
 */

/**
 * Counted and ranked from pg_class alone, since joining pg_index and the tables of all indexes is most of the work in a
 * wide database. An index is always in the schema of its table, and the only other relations with indexes, TOAST
 * tables, are in schemas that are left out. Those are left out by NOT IN, which is hashed: an array of them would be
 * searched from end to end for every index, and there is one pg_toast_temp_… for every backend that ever had a
 * temporary table.
 */
const CHOSEN = /* sql */ `
WITH locked AS MATERIALIZED (
  SELECT coalesce(pg_catalog.array_agg(DISTINCT l.relation), '{}') AS oids
    FROM pg_catalog.pg_locks AS l
   WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
     AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())),
ranked AS MATERIALIZED (
  SELECT c.oid, c.relpages, pg_catalog.count(*) OVER () AS total_count
    FROM pg_catalog.pg_class AS c
   WHERE c.relkind IN ('i', 'I')
     AND c.relnamespace NOT IN (
           SELECT n.oid FROM pg_catalog.pg_namespace AS n
            WHERE n.nspname IN ('pg_catalog', 'information_schema') OR n.nspname ~ '^pg_toast')
   ORDER BY c.relpages DESC, c.oid
   LIMIT NULLIF($1::int8, 0)),
chosen AS MATERIALIZED (
  SELECT r.oid, r.relpages, r.total_count,
         pg_catalog.row_number() OVER (ORDER BY r.relpages DESC, r.oid) AS rank,
         r.oid = ANY (l.oids) AS is_locked
    FROM ranked AS r CROSS JOIN locked AS l),`;

const EXACT_SIZES = /* sql */ `
sized AS MATERIALIZED (
  SELECT x.oid, pg_catalog.pg_relation_size(x.oid) AS size_bytes
    FROM chosen AS x
   WHERE x.rank <= 100 AND NOT x.is_locked)`;

const NO_SIZES = /* sql */ `
sized AS (
  SELECT NULL::oid AS oid, NULL::int8 AS size_bytes WHERE false)`;

const ROW = /* sql */ `
SELECT x.oid AS indexrelid, i.indrelid AS relid, n.nspname AS schemaname, t.relname,
       c.relname AS indexrelname, m.amname AS method,
       c.relkind = 'I' AS is_partitioned, c.relispartition AS is_partition,
       i.indisunique AS is_unique, i.indisprimary AS is_primary, i.indisexclusion AS is_exclusion,
       i.indisvalid AS is_valid, i.indisready AS is_ready, i.indislive AS is_live,
       i.indisreplident AS is_replident, i.indisclustered AS is_clustered,
       i.indpred IS NOT NULL AS is_partial, i.indexprs IS NOT NULL AS has_expressions,
       i.indnkeyatts AS key_columns, i.indnatts - i.indnkeyatts AS included_columns,
       coalesce(pg_catalog.to_jsonb(c.reloptions), '[]') AS reloptions,
       CASE WHEN c.relkind = 'i' THEN c.relpages END AS relpages,
       CASE WHEN c.relkind = 'i' AND c.relpages > 0 THEN b.block_size * c.relpages END AS size_bytes_estimated,
       CASE WHEN c.relkind = 'I' THEN NULL WHEN s.size_bytes IS NOT NULL THEN 'exact'
            WHEN x.is_locked THEN 'exclusively_locked' ELSE 'relpages' END AS size_source,
       CASE WHEN c.relkind = 'i' THEN s.size_bytes END AS size_bytes,
       pg_catalog.pg_stat_get_numscans(x.oid) AS idx_scan,
       pg_catalog.pg_stat_get_tuples_returned(x.oid) AS idx_tup_read,
       pg_catalog.pg_stat_get_tuples_fetched(x.oid) AS idx_tup_fetch,`;

const SINCE_12 = /* sql */ `
       NULL::timestamptz AS last_idx_scan,`;

const SINCE_16 = /* sql */ `
       pg_catalog.pg_stat_get_lastscan(x.oid) AS last_idx_scan,`;

const FROM = /* sql */ `
       pg_catalog.pg_stat_get_db_stat_reset_time(b.datid) AS stats_reset,
       x.total_count
  FROM chosen AS x
  JOIN pg_catalog.pg_index AS i ON i.indexrelid = x.oid
  JOIN pg_catalog.pg_class AS c ON c.oid = x.oid
  JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_am AS m ON m.oid = c.relam
  LEFT JOIN sized AS s ON s.oid = x.oid
 CROSS JOIN (SELECT d.oid AS datid, pg_catalog.current_setting('block_size')::numeric AS block_size
               FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()) AS b
 ORDER BY x.rank`;

const variants = (sizes: string) => [
  { since: 12, sql: [CHOSEN, sizes, ROW, SINCE_12, FROM].join('') },
  { since: 16, sql: [CHOSEN, sizes, ROW, SINCE_16, FROM].join('') },
];

/** pg_stat_user_indexes joined with pg_index; partitioned indexes are rows too, since one may be invalid. */
export const pgStatUserIndexes = defineSection({
  id: 'pg_stat_user_indexes',
  title: 'Indexes: use, kind, validity and size',
  scope: 'database',
  reads: 'statistics',
  parameters: ['limit'],
  order: 'largest relpages first',
  needs: [
    { kind: 'setting', name: 'track_counts', without: 'partial', loses: 'no statistics are collected' },
  ],
  row: closedObject({
    indexrelid: numberKey('oid of the index'),
    relid: gauge('oid of its table'),
    schemaname: label('schema of both'),
    relname: label('name of the table'),
    indexrelname: label('name of the index'),
    method: label('access method: btree, hash, gin …'),
    is_partitioned: flag('true for the index of a partitioned table, which has no storage'),
    is_partition: flag('whether it belongs to such an index'),
    is_unique: flag('whether it is unique'),
    is_primary: flag('whether it is the primary key'),
    is_exclusion: flag('whether it supports an exclusion constraint'),
    is_valid: flag('false where queries do not use it: a CREATE INDEX CONCURRENTLY is under way or failed'),
    is_ready: flag('false where changes do not reach it yet'),
    is_live: flag('false while it is being dropped'),
    is_replident: flag('whether it is the replica identity'),
    is_clustered: flag('whether CLUSTER last went by it'),
    is_partial: flag('whether it has a WHERE'),
    has_expressions: flag('whether it indexes expressions'),
    key_columns: gauge('columns of the key'),
    included_columns: gauge('columns in INCLUDE'),
    reloptions: document(Type.Array(Type.String()), 'storage options such as fillfactor=80'),
    relpages: gauge('blocks at the last VACUUM or ANALYZE; null for partitioned indexes'),
    size_bytes_estimated: gauge('bytes at the last VACUUM or ANALYZE; null where they were never counted'),
    size_source: label(
      'exact: measured; relpages: too far down the list, see the estimate; exclusively_locked: measuring would wait; null for partitioned indexes',
    ),
    size_bytes: gauge('bytes of the main fork, measured'),
    idx_scan: counter('scans'),
    last_idx_scan: time('when the last of them ended its transaction, since 16'),
    idx_tup_read: counter('entries read'),
    idx_tup_fetch: counter('rows fetched by plain index scans'),
    stats_reset: time('when the counters of this database were last reset'),
  }),
  resetAt: 'stats_reset',
  shortfall: (rows) =>
    lockedShortfall(
      rows
        .filter((row) => row.size_source === 'exclusively_locked')
        .map((row) => [row.schemaname, row.indexrelname]),
    ),
  variants: variants(EXACT_SIZES),
  withoutLocks: variants(NO_SIZES),
});
