import { closedObject, nullable, Type, type Static } from '../../core/schema.js';
import { document, flag, gauge, key, label, time } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';

const column = closedObject({
  name: Type.String(),
  type: Type.String(),
  binary_as: Type.Array(Type.String(), { description: 'types it can be read as without a function' }),
  n_distinct: nullable(Type.Number({ description: 'as in pg_stats; null when unknown or not visible' })),
});

const index = closedObject({
  name: Type.String(),
  method: Type.String(),
  keys: Type.Array(Type.String(), { description: 'names of columns, or expressions' }),
  valid: Type.Boolean(),
  partial: Type.Boolean(),
});

const row = closedObject({
  schema: key('schema of the relation'),
  relation: key('name of the relation'),
  relkind: label('as in pg_class'),
  rows: gauge('rows as of the last VACUUM or ANALYZE; null when there was none'),
  pages: gauge('pages as of then'),
  all_visible_pages: gauge('pages whose rows are visible to all, as of then'),
  analyzed_at: time('when it was last analyzed'),
  changed_rows: gauge('rows changed since'),
  live_rows: gauge('rows that are alive, as counted by statistics'),
  has_statistics: flag('whether the planner has statistics of any of its columns'),
  parent_schema: label('schema of the table that it is a partition of'),
  parent: label('that table'),
  partitions: gauge('partitions of that table'),
  partition_key: document(
    Type.Array(Type.String()),
    'columns of the partition key of that table, and its expressions',
  ),
  columns: document(Type.Array(column), 'its columns'),
  indexes: document(Type.Array(index), 'its indexes'),
  extended: document(Type.Array(Type.Array(Type.String())), 'columns of each of its extended statistics'),
});
export type RelationFacts = Static<typeof row>;

/** What the catalog knows of the relations in a plan: `given:relations` is a JSON array of [schema, name]. */
export const relationFacts = defineSection({
  id: 'relations',
  title: 'Relations of a plan',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['given:relations'],
  order: 'by name',
  needs: [],
  row,
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT n.nspname AS schema, c.relname AS relation, c.relkind::text AS relkind,
       CASE WHEN c.reltuples > 0 OR c.relpages > 0 THEN c.reltuples END AS rows, c.relpages AS pages,
       c.relallvisible AS all_visible_pages,
       GREATEST(pg_catalog.pg_stat_get_last_analyze_time(c.oid),
                pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)) AS analyzed_at,
       pg_catalog.pg_stat_get_mod_since_analyze(c.oid) AS changed_rows,
       pg_catalog.pg_stat_get_live_tuples(c.oid) AS live_rows,
       (SELECT pg_catalog.bool_or(true) FROM pg_catalog.pg_attribute AS a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND EXISTS (SELECT FROM pg_catalog.pg_stats AS s
                        WHERE s.schemaname = n.nspname AND s.tablename = c.relname
                          AND s.attname = a.attname)) AS has_statistics,
       parent_space.nspname AS parent_schema, parent.relname AS parent,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_inherits AS i
         WHERE i.inhparent = parent.oid) AS partitions,
       (SELECT pg_catalog.json_agg(COALESCE(a.attname::text, pg_catalog.pg_get_expr(p.partexprs, p.partrelid))
                                   ORDER BY k.place)
          FROM pg_catalog.pg_partitioned_table AS p
         CROSS JOIN pg_catalog.unnest(p.partattrs::int2[]) WITH ORDINALITY AS k(attnum, place)
          LEFT JOIN pg_catalog.pg_attribute AS a
            ON a.attrelid = p.partrelid AND a.attnum = k.attnum AND k.attnum > 0
         WHERE p.partrelid = parent.oid) AS partition_key,
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                 'name', a.attname,
                 'type', pg_catalog.format_type(a.atttypid, NULL),
                 'binary_as', ARRAY(SELECT pg_catalog.format_type(k.casttarget, NULL)
                                      FROM pg_catalog.pg_cast AS k
                                     WHERE k.castsource IN (a.atttypid, NULLIF(t.typbasetype, 0))
                                       AND k.castmethod = 'b'
                                    UNION ALL
                                    SELECT pg_catalog.format_type(t.typbasetype, NULL) WHERE t.typbasetype <> 0
                                    ORDER BY 1),
                 'n_distinct', (SELECT s.n_distinct FROM pg_catalog.pg_stats AS s
                                 WHERE s.schemaname = n.nspname AND s.tablename = c.relname
                                   AND s.attname = a.attname AND NOT s.inherited)) ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute AS a
          JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                 'name', ic.relname, 'method', am.amname, 'valid', i.indisvalid,
                 'partial', i.indpred IS NOT NULL,
                 'keys', ARRAY(SELECT COALESCE(a.attname::text, pg_catalog.pg_get_indexdef(i.indexrelid, k.place::int4, true))
                                 FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
                                 LEFT JOIN pg_catalog.pg_attribute AS a
                                   ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0
                                WHERE k.place <= i.indnkeyatts ORDER BY k.place)) ORDER BY ic.relname)
          FROM pg_catalog.pg_index AS i
          JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
          JOIN pg_catalog.pg_am AS am ON am.oid = ic.relam
         WHERE i.indrelid = c.oid) AS indexes,
       (SELECT pg_catalog.json_agg(ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
                                          WHERE a.attrelid = c.oid AND a.attnum = ANY (e.stxkeys::int2[])
                                          ORDER BY a.attnum) ORDER BY e.stxname)
          FROM pg_catalog.pg_statistic_ext AS e WHERE e.stxrelid = c.oid) AS extended
  FROM pg_catalog.json_array_elements($1::json) AS w(pair)
  JOIN pg_catalog.pg_namespace AS n ON n.nspname = w.pair ->> 0
  JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = w.pair ->> 1
  LEFT JOIN pg_catalog.pg_inherits AS h ON h.inhrelid = c.oid AND c.relispartition
  LEFT JOIN pg_catalog.pg_class AS parent ON parent.oid = h.inhparent
  LEFT JOIN pg_catalog.pg_namespace AS parent_space ON parent_space.oid = parent.relnamespace
 ORDER BY n.nspname, c.relname`,
    },
  ],
});
