import { closedObject, Type } from '../../core/schema.js';
import { counter, document, flag, gauge, label, numberKey, time } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';
import { CHOSEN_SCHEMAS } from '../bloat/chosenRelations.js';

/*
 * One row for each index that something may be wrong with: never used or not lately ($3 is the window in seconds), of
 * the same leading column as another one, not valid, or of a table that was never analyzed. All others are counted only.
 * Expressions and predicates are compared as node trees, since pg_get_indexdef() and pg_get_expr() wait for locks; the
 * places in the statement's text that older versions keep in them are taken out.
 */
const LISTED = /* sql */ `
here AS MATERIALIZED (
  SELECT b.oid AS datid FROM pg_catalog.pg_database AS b WHERE b.datname = pg_catalog.current_database()),
held AS MATERIALIZED (
  SELECT l.pid, l.relation, l.mode
    FROM pg_catalog.pg_locks AS l
   WHERE l.locktype = 'relation' AND l.database = (SELECT h.datid FROM here AS h)
     AND l.mode IN ('AccessExclusiveLock', 'ShareUpdateExclusiveLock')
     AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()),
built AS MATERIALIZED (
  SELECT p.pid, p.relid, p.index_relid
    FROM pg_catalog.pg_stat_progress_create_index AS p WHERE p.datid = (SELECT h.datid FROM here AS h)),
enforced AS MATERIALIZED (
  SELECT k.conindid AS oid,
         pg_catalog.json_agg(k.conname ORDER BY k.conname) FILTER (WHERE k.contype IN ('p', 'u', 'x')) AS constraints,
         pg_catalog.json_agg(k.conname ORDER BY k.conname) FILTER (WHERE k.contype = 'f') AS referenced_by
    FROM pg_catalog.pg_constraint AS k
   WHERE k.conindid <> 0
   GROUP BY k.conindid),
referring AS MATERIALIZED (
  SELECT k.conrelid AS relid,
         pg_catalog.json_agg(pg_catalog.json_build_object('name', k.conname, 'columns', k.conkey) ORDER BY k.conname)
           AS foreign_keys
    FROM pg_catalog.pg_constraint AS k
   WHERE k.contype = 'f'
   GROUP BY k.conrelid),
listed AS MATERIALIZED (
  SELECT i.indexrelid AS oid, i.indrelid AS relid, n.nspname, i.indkey, i.indnkeyatts, i.indnatts, i.indclass,
         i.indcollation, i.indoption, i.indisunique, i.indisprimary, i.indisexclusion, i.indimmediate, i.indisvalid,
         i.indisready, i.indislive, i.indisreplident, i.indisclustered, i.indexprs, i.indpred,
         c.relname AS indexname, c.relkind, c.relam, c.relpages, c.reloptions, c.relispartition,
         t.relname, t.relkind AS table_kind, t.relpages AS table_pages, t.reltuples AS table_rows,
         pg_catalog.pg_stat_get_numscans(i.indexrelid) AS scans,
         pg_catalog.count(*) OVER (PARTITION BY i.indrelid, i.indkey[0]) AS of_same_lead
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid AND c.relpersistence <> 't'
    JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid AND t.relkind IN ('r', 'm', 'p')
    JOIN chosen AS n ON n.oid = t.relnamespace
   WHERE ($2::text IS NULL OR t.relname = $2::text)),
suspect AS MATERIALIZED (
  SELECT l.oid, l.relid, l.nspname, l.indkey, l.indnkeyatts, l.indnatts, l.indclass, l.indcollation, l.indoption,
         l.indisunique, l.indisprimary, l.indisexclusion, l.indimmediate, l.indisvalid, l.indisready, l.indislive,
         l.indisreplident, l.indisclustered, l.indexprs, l.indpred, l.indexname, l.relkind, l.relam, l.relpages,
         l.reloptions, l.relispartition, l.relname, l.table_kind, l.table_pages, l.table_rows, l.scans,
         pg_catalog.count(*) OVER () AS total_count
    FROM listed AS l
   WHERE l.scans = 0 OR l.of_same_lead > 1 OR NOT (l.indisvalid AND l.indisready AND l.indislive)
      OR pg_catalog.pg_stat_get_analyze_count(l.relid) + pg_catalog.pg_stat_get_autoanalyze_count(l.relid) = 0
      OR l.indexprs IS NOT NULL`;

/** Before 16 nothing tells when an index was last scanned: the window is of no use, but a parameter all the same. */
const BEFORE_16 = /* sql */ ` OR $3::float8 < 0)`;
const SINCE_16 = /* sql */ `
      OR pg_catalog.pg_stat_get_lastscan(l.oid) < pg_catalog.now() - $3::float8 * interval '1 s')`;

const ROW = /* sql */ `
SELECT s.oid, s.relid, s.nspname AS schema, s.relname AS table, s.indexname AS name, m.amname AS method,
       s.relkind = 'I' AS is_partitioned, s.relispartition AS is_partition,
       s.indkey::text AS key, s.indnkeyatts AS key_columns, s.indclass::text AS classes,
       s.indcollation::text AS collations, s.indoption::text AS options,
       pg_catalog.regexp_replace(s.indexprs::text, ':location -?\\d+', '', 'g') AS expressions,
       pg_catalog.regexp_replace(s.indpred::text, ':location -?\\d+', '', 'g') AS predicate,
       (SELECT pg_catalog.string_agg(pg_catalog.format('%s:%s', a.attnum, a.attoptions), ',' ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute AS a
         WHERE a.attrelid = s.oid AND a.attoptions IS NOT NULL) AS class_options,
       pg_catalog.array_to_string(s.reloptions, ',') AS storage_options,
       s.indisunique AS is_unique, s.indisprimary AS is_primary, s.indisexclusion AS is_exclusion,
       s.indimmediate AS is_immediate, s.indisvalid AND s.indisready AND s.indislive AS is_valid,
       s.indisreplident AND t.relreplident = 'i' AS is_replica_identity, s.indisclustered AS is_clustered,
       e.constraints, e.referenced_by, f.foreign_keys,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_inherits AS p WHERE p.inhparent = s.oid) AS parts,
       (SELECT p.inhparent::int8 FROM pg_catalog.pg_inherits AS p WHERE p.inhrelid = s.oid) AS parent,
       s.oid IN (SELECT u.index_relid FROM built AS u WHERE u.index_relid IS NOT NULL)
         OR s.oid IN (SELECT h.relation FROM held AS h WHERE h.mode = 'ShareUpdateExclusiveLock')
         OR s.relid IN (SELECT h.relation
                          FROM held AS h
                          JOIN built AS u ON u.pid = h.pid
                         WHERE u.relid IS NULL AND h.mode = 'ShareUpdateExclusiveLock') AS is_changing,
       s.oid IN (SELECT h.relation FROM held AS h WHERE h.mode = 'AccessExclusiveLock')
         OR s.relid IN (SELECT h.relation FROM held AS h WHERE h.mode = 'AccessExclusiveLock') AS is_locked,
       s.relpages, s.table_pages, s.table_rows, s.scans,`;

const LAST_SCAN_12 = /* sql */ `
       NULL::timestamptz AS last_scan,`;
const LAST_SCAN_16 = /* sql */ `
       pg_catalog.pg_stat_get_lastscan(s.oid) AS last_scan,`;

const NULLS_12 = /* sql */ `
       false AS nulls_not_distinct,`;
const NULLS_15 = /* sql */ `
       x.indnullsnotdistinct AS nulls_not_distinct,`;

const REST = /* sql */ `
       pg_catalog.pg_stat_get_tuples_inserted(s.relid) AS inserts,
       pg_catalog.pg_stat_get_tuples_updated(s.relid) - pg_catalog.pg_stat_get_tuples_hot_updated(s.relid)
         AS updates,
       pg_catalog.pg_stat_get_tuples_deleted(s.relid) AS deletes,
       pg_catalog.pg_stat_get_live_tuples(s.relid) AS live_rows,
       pg_catalog.pg_stat_get_analyze_count(s.relid) + pg_catalog.pg_stat_get_autoanalyze_count(s.relid) AS analyses,
       s.table_kind = 'p' AS is_of_partitioned,
       CASE WHEN s.indexprs IS NOT NULL AND pg_catalog.has_table_privilege(s.oid, 'SELECT') THEN EXISTS (
         SELECT FROM pg_catalog.pg_stats AS v WHERE v.schemaname = s.nspname AND v.tablename = s.indexname) END
         AS has_expression_statistics,
       CASE WHEN pg_catalog.pg_stat_get_analyze_count(s.relid)
                 + pg_catalog.pg_stat_get_autoanalyze_count(s.relid) = 0 THEN EXISTS (
         SELECT FROM pg_catalog.pg_stats AS v WHERE v.schemaname = s.nspname AND v.tablename = s.relname) END
         AS has_table_statistics,
       pg_catalog.has_table_privilege(s.relid, 'SELECT') AS is_readable,
       d.stats_reset, d.now, s.total_count
  FROM suspect AS s
  JOIN pg_catalog.pg_index AS x ON x.indexrelid = s.oid
  JOIN pg_catalog.pg_class AS t ON t.oid = s.relid
  LEFT JOIN pg_catalog.pg_am AS m ON m.oid = s.relam
  LEFT JOIN enforced AS e ON e.oid = s.oid
  LEFT JOIN referring AS f ON f.relid = s.relid
 CROSS JOIN (
       SELECT pg_catalog.now() AS now,
              greatest(pg_catalog.pg_stat_get_db_stat_reset_time(b.datid),
                       least(pg_catalog.pg_stat_get_bgwriter_stat_reset_time(),
                             (SELECT a.stats_reset FROM pg_catalog.pg_stat_archiver AS a))) AS stats_reset
         FROM here AS b) AS d
 ORDER BY s.relpages DESC, s.oid`;

const variant = (since: number) => ({
  since,
  sql: [
    'WITH',
    CHOSEN_SCHEMAS,
    LISTED,
    since >= 16 ? SINCE_16 : BEFORE_16,
    ROW,
    since >= 16 ? LAST_SCAN_16 : LAST_SCAN_12,
    since >= 15 ? NULLS_15 : NULLS_12,
    REST,
  ].join(''),
});

const names = (description: string) => document(Type.Array(Type.String()), description);

/** Indexes that something may be wrong with, with all that tells what. */
export const suspectsQuestion = defineSection({
  id: 'pg_index',
  title: 'Indexes: definition, use, validity and what depends on them',
  scope: 'cluster',
  reads: 'statistics',
  parameters: ['given:schema', 'given:table', 'given:window_s'],
  order: 'most pages first',
  needs: [
    { kind: 'setting', name: 'track_counts', without: 'partial', loses: 'the use of indexes is not counted' },
  ],
  row: closedObject({
    oid: numberKey('oid of the index'),
    relid: gauge('oid of its table'),
    schema: label('schema of both'),
    table: label('name of the table'),
    name: label('name of the index'),
    method: label('access method'),
    is_partitioned: flag('index of a partitioned table, without storage'),
    is_partition: flag('whether it belongs to such an index'),
    key: label('indkey: column numbers, 0 for an expression, included ones too'),
    key_columns: gauge('columns of the key'),
    classes: label('operator class of each'),
    collations: label('collation of each'),
    options: label('1 = DESC, 2 = NULLS FIRST, of each'),
    expressions: label('node trees of expressions'),
    predicate: label('node tree of WHERE'),
    class_options: label('options of operator classes'),
    storage_options: label('storage options'),
    is_unique: flag('whether it is unique'),
    is_primary: flag('whether it is the primary key'),
    is_exclusion: flag('whether it supports an exclusion constraint'),
    is_immediate: flag('false for a deferrable constraint'),
    is_valid: flag('whether queries use it and changes reach it'),
    is_replica_identity: flag('whether it is the replica identity'),
    is_clustered: flag('whether CLUSTER goes by it'),
    constraints: names('constraints that it enforces'),
    referenced_by: names('foreign keys that refer to what it enforces'),
    foreign_keys: document(
      Type.Array(closedObject({ name: Type.String(), columns: Type.Array(Type.Integer()) })),
      'foreign keys of its table',
    ),
    parts: gauge('indexes of partitions that belong to it'),
    parent: gauge('index of the partitioned table that it is a part of'),
    is_changing: flag('whether somebody builds or drops it'),
    is_locked: flag('whether measuring it would wait'),
    relpages: gauge('pages when they were last counted'),
    table_pages: gauge('pages of the table when they were last counted'),
    table_rows: gauge('rows of the table when they were last counted'),
    scans: counter('scans'),
    last_scan: time('when the last of them was, since 16'),
    nulls_not_distinct: flag('whether NULLs count as equal, since 15'),
    inserts: counter('rows inserted into the table'),
    updates: counter('rows updated in the table, but not HOT'),
    deletes: counter('rows deleted from the table'),
    live_rows: gauge('live rows of the table'),
    analyses: gauge('times that the table was analyzed'),
    is_of_partitioned: flag('whether its table is partitioned'),
    has_expression_statistics: flag('whether its expressions have statistics that this role sees'),
    has_table_statistics: flag('whether its table has; asked only where no ANALYZE was counted'),
    is_readable: flag('whether this role may read the table'),
    stats_reset: time('since when scans are counted'),
    now: time('when this was read'),
  }),
  variants: [12, 15, 16].map(variant),
});
