import { closedObject, Type, type Static } from '../../core/schema.js';
import { document, flag, gauge, label, numberKey, time } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';

const tableRow = closedObject({
  relid: numberKey('oid of the table or TOAST table'),
  schemaname: label('schema of the table'),
  relname: label('name of the table'),
  part: label('heap or toast'),
  relkind: label('r or m, of the table'),
  persistence: label('p, u or t'),
  is_system: flag('whether it is of pg_catalog or information_schema'),
  options: document(Type.Array(Type.String()), 'storage options that autovacuum goes by'),
  options_inherited: flag('whether they are those of its table, as it has none of its own'),
  relpages: gauge('blocks at the last VACUUM or ANALYZE'),
  reltuples: gauge('rows then; null where they were never counted'),
  relallfrozen: gauge('all-frozen blocks then, since 18'),
  n_live_tup: gauge('live rows, estimated'),
  n_dead_tup: gauge('dead rows, estimated'),
  n_mod_since_analyze: gauge('rows changed since the last ANALYZE'),
  n_ins_since_vacuum: gauge('rows inserted since the last VACUUM, since 13'),
  last_vacuum: time('last VACUUM by hand'),
  last_autovacuum: time('last VACUUM by autovacuum'),
  last_analyze: time('last ANALYZE by hand'),
  last_autoanalyze: time('last ANALYZE by autovacuum'),
  has_statistics: flag('whether column statistics exist; null where this was not asked, or may not be seen'),
  xid_age: gauge('transactions begun since its oldest one that is not frozen'),
  mxid_age: gauge('multixacts made since its oldest one that is not frozen'),
  tables_in_all: gauge('tables and TOAST tables there are, the same in every row'),
});
export type TableStat = Static<typeof tableRow>;

/**
 * Whether a table has column statistics is asked where no ANALYZE is on record, since those records are lost in a crash
 * and by a reset. TOAST tables that nothing is in and nothing is wrong with stay on the server: they may be half of all.
 * A TOAST table goes by its own options, or by its table's when it has none at all (autovacuum.c).
 */
function tablesSql(major: 12 | 13 | 14 | 18): string {
  const inserted = major >= 13 ? 'pg_catalog.pg_stat_get_ins_since_vacuum(c.oid)' : 'NULL::int8';
  const counted = major >= 14 ? 'c.reltuples >= 0' : '(c.reltuples > 0 OR c.relpages > 0)';
  const frozen = major >= 18 ? 'c.relallfrozen' : 'NULL::int4';
  return `
SELECT c.oid AS relid, n.nspname AS schemaname, coalesce(o.relname, c.relname) AS relname,
       CASE WHEN c.relkind = 't' THEN 'toast' ELSE 'heap' END AS part, coalesce(o.relkind, c.relkind) AS relkind,
       c.relpersistence AS persistence, n.nspname IN ('pg_catalog', 'information_schema') AS is_system,
       pg_catalog.to_jsonb(coalesce(c.reloptions, o.reloptions, '{}')) AS options,
       c.reloptions IS NULL AND o.reloptions IS NOT NULL AS options_inherited,
       c.relpages, CASE WHEN ${counted} THEN c.reltuples END AS reltuples, ${frozen} AS relallfrozen,
       pg_catalog.pg_stat_get_live_tuples(c.oid) AS n_live_tup,
       pg_catalog.pg_stat_get_dead_tuples(c.oid) AS n_dead_tup,
       pg_catalog.pg_stat_get_mod_since_analyze(c.oid) AS n_mod_since_analyze,
       ${inserted} AS n_ins_since_vacuum,
       pg_catalog.pg_stat_get_last_vacuum_time(c.oid) AS last_vacuum,
       pg_catalog.pg_stat_get_last_autovacuum_time(c.oid) AS last_autovacuum, a.last_analyze, a.last_autoanalyze,
       CASE WHEN c.relkind <> 't' AND a.last_analyze IS NULL AND a.last_autoanalyze IS NULL
             AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
            THEN EXISTS (SELECT FROM pg_catalog.pg_stats AS s
                          WHERE s.schemaname = n.nspname AND s.tablename = c.relname) END AS has_statistics,
       pg_catalog.age(c.relfrozenxid) AS xid_age,
       pg_catalog.mxid_age(c.relminmxid) AS mxid_age, y.tables_in_all
  FROM pg_catalog.pg_class AS c
  LEFT JOIN pg_catalog.pg_class AS o ON o.reltoastrelid = c.oid AND c.relkind = 't'
  JOIN pg_catalog.pg_namespace AS n ON n.oid = coalesce(o.relnamespace, c.relnamespace)
 CROSS JOIN LATERAL (
       SELECT pg_catalog.pg_stat_get_last_analyze_time(c.oid) AS last_analyze,
              pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid) AS last_autoanalyze OFFSET 0) AS a
 CROSS JOIN (
       SELECT pg_catalog.count(*) AS tables_in_all FROM pg_catalog.pg_class AS e WHERE e.relkind IN ('r', 'm', 't')) AS y
 CROSS JOIN (
       SELECT pg_catalog.current_setting('autovacuum_freeze_max_age')::int4 AS xids,
              pg_catalog.current_setting('autovacuum_multixact_freeze_max_age')::int4 AS mxids) AS m
 WHERE c.relkind IN ('r', 'm')
    OR (c.relkind = 't'
        AND (c.relpages > 0 OR c.reloptions IS NOT NULL OR o.reloptions IS NOT NULL
             OR pg_catalog.age(c.relfrozenxid) > m.xids OR pg_catalog.mxid_age(c.relminmxid) > m.mxids
             OR pg_catalog.pg_stat_get_live_tuples(c.oid) + pg_catalog.pg_stat_get_dead_tuples(c.oid) > 0))`;
}

/** Every table of the database, TOAST tables under their owner's name. The functions behind the views wait for no lock. */
export const vacuumTables = defineSection({
  id: 'pg_stat_all_tables',
  title: 'What autovacuum knows of each table',
  scope: 'cluster',
  reads: 'statistics',
  parameters: [],
  order: 'none',
  needs: [
    {
      kind: 'setting',
      name: 'track_counts',
      without: 'partial',
      loses: 'dead, changed and inserted rows are not counted',
    },
  ],
  row: tableRow,
  variants: ([12, 13, 14, 18] as const).map((since) => ({ since, sql: tablesSql(since) })),
});
