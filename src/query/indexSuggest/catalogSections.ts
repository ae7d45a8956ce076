import { closedObject, openObject, Type } from '../../core/schema.js';
import { document, key, label, numberKey } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';

/** Where the role's own sessions look for names: `given:search_path` is their setting. */
export const searchedSchemas = defineSection({
  id: 'search_path',
  title: 'Schemas that the role’s own sessions search',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['given:search_path'],
  order: 'as they are searched',
  needs: [],
  row: closedObject({ schemas: document(Type.Array(Type.String()), 'names of schemas') }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
WITH s AS MATERIALIZED (SELECT pg_catalog.set_config('search_path', $1, true) AS value)
SELECT pg_catalog.to_json(pg_catalog.current_schemas(true)) AS schemas
  FROM s
 WHERE s.value IS NOT NULL`,
    },
  ],
});

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

const COLUMNS = /* sql */ `
(SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
          'name', a.attname, 'number', a.attnum, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
          'base', pg_catalog.format_type(b.oid, NULL), 'category', b.typcategory,
          'btree', b.typtype IN ('e', 'r', 'm') OR b.typcategory = 'A' OR EXISTS (
            SELECT FROM pg_catalog.pg_opclass AS o
              JOIN pg_catalog.pg_am AS m ON m.oid = o.opcmethod
             WHERE m.amname = 'btree' AND o.opcdefault
               AND (o.opcintype = b.oid OR EXISTS (
                     SELECT FROM pg_catalog.pg_cast AS k
                      WHERE k.castsource = b.oid AND k.casttarget = o.opcintype AND k.castmethod = 'b'
                        AND k.castcontext = 'i'))),
          'bytewise', COALESCE(COALESCE(NULLIF(l.collname, 'default'), d.datcollate) IN ('C', 'POSIX', 'ucs_basic'), true),
          'not_null', a.attnotnull,
          'width', COALESCE(s.avg_width, NULLIF(a.attlen, -1), 32),
          'n_distinct', s.n_distinct, 'null_frac', s.null_frac, 'correlation', s.correlation,
          'common', s.most_common_vals::text::text[], 'common_freqs', s.most_common_freqs,
          'bounds', s.histogram_bounds::text::text[]) ORDER BY a.attnum)
   FROM pg_catalog.pg_attribute AS a
   JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
   JOIN pg_catalog.pg_type AS b ON b.oid = COALESCE(NULLIF(t.typbasetype, 0), t.oid)
   LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation
   LEFT JOIN pg_catalog.pg_stats AS s
     ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
    AND s.inherited = (c.relkind = 'p')
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname <> 'pg_catalog')`;

const INDEXES = /* sql */ `
(SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
          'name', ic.relname, 'method', m.amname, 'unique', i.indisunique, 'valid', i.indisvalid AND i.indisready,
          'needed', i.indisunique OR i.indisprimary OR i.indisexclusion OR i.indisreplident OR i.indisclustered
                    OR ic.relispartition
                    OR EXISTS (SELECT FROM pg_catalog.pg_constraint AS p WHERE p.conindid = i.indexrelid),
          'pages', ic.relpages,
          'predicate', CASE WHEN k.oid IS NULL THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid, true) END,
          'include', ARRAY(SELECT a.attname::text
                             FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS u(attnum, place)
                             JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = u.attnum
                            WHERE u.place > i.indnkeyatts ORDER BY u.place),
          'keys', ARRAY(SELECT pg_catalog.json_build_object(
                                 'column', a.attname,
                                 'expression', CASE WHEN a.attname IS NULL AND k.oid IS NULL
                                   THEN pg_catalog.pg_get_indexdef(i.indexrelid, u.place::int4, true) END,
                                 'opclass', o.opcname, 'default_opclass', o.opcdefault,
                                 'descending', i.indoption[u.place - 1] & 1 = 1,
                                 'nulls_first', i.indoption[u.place - 1] & 2 = 2)
                          FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS u(attnum, place)
                          LEFT JOIN pg_catalog.pg_attribute AS a
                            ON a.attrelid = i.indrelid AND a.attnum = u.attnum AND u.attnum > 0
                          JOIN pg_catalog.pg_opclass AS o ON o.oid = i.indclass[u.place - 1]
                         WHERE u.place <= i.indnkeyatts ORDER BY u.place)) ORDER BY ic.relname)
   FROM pg_catalog.pg_index AS i
   JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
   JOIN pg_catalog.pg_am AS m ON m.oid = ic.relam
  WHERE i.indrelid = c.oid AND n.nspname <> 'pg_catalog')`;

const anyRow = Type.Array(openObject('as in Catalog'));

/**
 * What the catalog knows of the relations of a workload. `given:relations` is a JSON array of [schema or null, name],
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
         'kind', c.relkind, 'persistence', c.relpersistence, 'pages', c.relpages,
         'rows', CASE WHEN c.reltuples > 0 OR c.relpages > 0 THEN NULLIF(c.reltuples, -1) END,
         'locked', k.oid IS NOT NULL, 'system', c.oid < 16384,
         'parent', (SELECT i.inhparent::int8 FROM pg_catalog.pg_inherits AS i
                     WHERE i.inhrelid = c.oid AND c.relispartition),
         'partitions', ARRAY(SELECT i.inhrelid::int8 FROM pg_catalog.pg_inherits AS i
                               JOIN pg_catalog.pg_class AS p ON p.oid = i.inhrelid
                               JOIN pg_catalog.pg_namespace AS s ON s.oid = p.relnamespace
                              WHERE i.inhparent = c.oid AND c.relkind = 'p'
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
       ${COLUMNS} AS columns,
       ${INDEXES} AS indexes
  FROM wanted AS w
  JOIN pg_catalog.pg_class AS c ON c.oid = w.oid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN locked AS k ON k.oid = c.oid
 CROSS JOIN (SELECT d.datcollate FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()) AS d
 WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f')
 ORDER BY n.nspname, c.relname`,
    },
  ],
});

/** Foreign keys of this database, those of partitions that belong to their parent's left out. */
export const catalogForeignKeys = defineSection({
  id: 'foreign_keys',
  title: 'Foreign keys',
  scope: 'cluster',
  reads: 'catalog',
  parameters: [],
  order: 'by table and name',
  needs: [],
  row: closedObject({ name: label('its name'), key: document(openObject('as in ForeignKey'), 'the rest') }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT f.conname AS name,
       pg_catalog.json_build_object(
         'from', f.conrelid::int8, 'to', f.confrelid::int8, 'on_delete', f.confdeltype,
         'to_deleted', pg_catalog.pg_stat_get_tuples_deleted(f.confrelid),
         'to_updated', pg_catalog.pg_stat_get_tuples_updated(f.confrelid),
         'columns', ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(f.conkey) WITH ORDINALITY AS u(attnum, place)
                            JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = u.attnum
                           ORDER BY u.place),
         'to_columns', ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(f.confkey) WITH ORDINALITY AS u(attnum, place)
                               JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.confrelid AND a.attnum = u.attnum
                              ORDER BY u.place)) AS key
  FROM pg_catalog.pg_constraint AS f
  JOIN pg_catalog.pg_class AS c ON c.oid = f.conrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE f.contype = 'f' AND f.conparentid = 0
 ORDER BY n.nspname, c.relname, f.conname`,
    },
  ],
});

/** Functions that an index may hold, of the names in `given:functions` (a JSON array). */
export const catalogFunctions = defineSection({
  id: 'functions',
  title: 'Immutable functions of a workload',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['given:functions'],
  order: 'by name and arguments',
  needs: [],
  row: closedObject({
    name: key('of the function'),
    schema: key('its schema'),
    argument_types: document(Type.Array(Type.String()), 'types of its arguments'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT p.proname AS name, n.nspname AS schema,
       pg_catalog.to_json(ARRAY(SELECT pg_catalog.format_type(u.type, NULL)
                                  FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u(type, place)
                                 ORDER BY u.place)) AS argument_types
  FROM pg_catalog.pg_proc AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
 WHERE p.proname IN (SELECT pg_catalog.json_array_elements_text($1::json))
   AND p.provolatile = 'i' AND p.prokind = 'f' AND NOT p.proretset
 ORDER BY p.proname, n.nspname, p.proargtypes::text`,
    },
  ],
});
