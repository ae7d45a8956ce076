import { closedObject, openObject, Type } from '../../../core/schema.js';
import { document, key, numberKey } from '../../../inspect/column.js';
import { defineSection } from '../../../inspect/section.js';
import { COLUMNS_SQL } from './columnsSql.js';
import { INDEXES_SQL } from './indexesSql.js';

/**
 * Relations that are exclusively locked, or that somebody waits to lock so: whatever reads their definition, and every
 * plan of a statement that names them, would wait in the same queue.
 */
const LOCKED = /* sql */ `
locked AS MATERIALIZED (
  SELECT DISTINCT COALESCE(i.indrelid, l.relation) AS oid
    FROM pg_catalog.pg_locks AS l
    LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = l.relation
   WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
     AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
     AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()))`;

/** What is named, tables of foreign keys, what views stand on, and the partitions of all that. */
const WANTED = /* sql */ `
RECURSIVE named AS MATERIALIZED (
  SELECT c.oid
    FROM pg_catalog.json_array_elements($1::json) AS w(pair)
    JOIN pg_catalog.pg_class AS c ON c.relname = w.pair ->> 1
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
   WHERE n.nspname = COALESCE(w.pair ->> 0, n.nspname)
     AND (w.pair ->> 0 IS NOT NULL OR n.nspname IN (SELECT pg_catalog.json_array_elements_text($2::json)))
   UNION
  SELECT k.side
    FROM pg_catalog.pg_constraint AS f
   CROSS JOIN LATERAL (VALUES (f.conrelid), (f.confrelid)) AS k(side)
   WHERE f.contype = 'f' AND f.conparentid = 0
   UNION
  SELECT c.oid
    FROM pg_catalog.pg_class AS c
   WHERE c.relkind = 'r' AND c.oid >= 16384 AND c.reltuples >= $3::float8
     AND pg_catalog.pg_stat_get_numscans(c.oid) > 0),
wanted AS (
  SELECT oid FROM named
   UNION
  SELECT next.oid
    FROM wanted AS w
   CROSS JOIN LATERAL (
         SELECT i.inhrelid AS oid FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = w.oid
          UNION ALL
         SELECT i.inhparent FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid = w.oid
          UNION ALL
         SELECT d.refobjid
           FROM pg_catalog.pg_rewrite AS r
           JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
            AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          WHERE r.ev_class = w.oid) AS next)`;

const anyRow = Type.Array(openObject('as in Catalog'));

/**
 * What the catalog knows of the relations of a workload; of those that were never analyzed, or have more than doubled
 * since, rows and pages are what the cumulative statistics and the file say, as the planner looks at the file. `given:relations` is a JSON array of [schema or null, name],
 * `given:schemas` one of the schemas where bare names are looked for; beside them the tables of all foreign keys, and
 * those that have as many rows and were read from end to end.
 */
export const catalogRelations = defineSection({
  id: 'relations',
  title: 'Relations of a workload',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['given:relations', 'given:schemas', 'given:min_rows'],
  order: 'by schema and name',
  needs: [
    {
      kind: 'select',
      name: 'SELECT on tables',
      without: 'partial',
      loses: 'statistics of tables that the role may not read',
    },
  ],
  row: closedObject({
    oid: numberKey('of the relation'),
    schema: key('its schema'),
    name: key('its name'),
    relation: document(openObject('as in Relation'), 'what else is known'),
    columns: document(anyRow, 'its columns'),
    indexes: document(anyRow, 'its indexes'),
  }),
  variants: [
    {
      since: 12,
      sql: `
WITH ${WANTED}, ${LOCKED}
SELECT c.oid, n.nspname AS schema, c.relname AS name,
       pg_catalog.json_build_object(
         'kind', c.relkind, 'persistence', c.relpersistence,
         'pages', CASE WHEN g.outgrown AND NOT EXISTS (SELECT FROM locked)
                       THEN pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::int8
                       ELSE c.relpages END,
         'rows', CASE WHEN g.outgrown THEN t.live ELSE t.counted END,
         'locked', k.oid IS NOT NULL, 'system', c.oid < 16384,
         'parent', (SELECT i.inhparent::int8 FROM pg_catalog.pg_inherits AS i
                     WHERE i.inhrelid = c.oid AND c.relispartition),
         'partitions', ARRAY(SELECT i.inhrelid::int8 FROM pg_catalog.pg_inherits AS i
                               JOIN pg_catalog.pg_class AS p ON p.oid = i.inhrelid
                               JOIN pg_catalog.pg_namespace AS s ON s.oid = p.relnamespace
                              WHERE i.inhparent = c.oid
                              ORDER BY s.nspname, p.relname),
         'definition', CASE WHEN c.relkind = 'v' AND c.oid >= 16384 AND k.oid IS NULL AND NOT EXISTS (
                              SELECT FROM locked)
                            THEN pg_catalog.pg_get_viewdef(c.oid) END,
         'seq_scan', pg_catalog.pg_stat_get_numscans(c.oid),
         'seq_tup_read', pg_catalog.pg_stat_get_tuples_returned(c.oid),
         'idx_scan', (SELECT COALESCE(pg_catalog.sum(pg_catalog.pg_stat_get_numscans(x.indexrelid)), 0)
                        FROM pg_catalog.pg_index AS x WHERE x.indrelid = c.oid),
         'inserted', pg_catalog.pg_stat_get_tuples_inserted(c.oid),
         'updated', pg_catalog.pg_stat_get_tuples_updated(c.oid),
         'hot_updated', pg_catalog.pg_stat_get_tuples_hot_updated(c.oid),
         'deleted', pg_catalog.pg_stat_get_tuples_deleted(c.oid)) AS relation,
       ${COLUMNS_SQL} AS columns,
       ${INDEXES_SQL} AS indexes
  FROM wanted AS w
  JOIN pg_catalog.pg_class AS c ON c.oid = w.oid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN locked AS k ON k.oid = c.oid
 CROSS JOIN LATERAL (
       SELECT CASE WHEN c.reltuples > 0 OR c.relpages > 0 THEN NULLIF(c.reltuples, -1) END AS counted,
              pg_catalog.pg_stat_get_live_tuples(c.oid) AS live) AS t
 CROSS JOIN LATERAL (
       SELECT c.relkind IN ('r', 'm') AND t.live > 2 * COALESCE(t.counted, 0) AS outgrown) AS g
 CROSS JOIN (SELECT d.datcollate FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()) AS d
 WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f')
 ORDER BY n.nspname, c.relname`,
    },
  ],
});
