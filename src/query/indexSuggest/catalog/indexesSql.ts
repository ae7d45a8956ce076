/** The indexes of the relation `c` of namespace `n`, as Index; `k` is there where it is locked. */
export const INDEXES_SQL = /* sql */ `
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
