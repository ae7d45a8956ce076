/** The columns of the relation `c` of namespace `n`, with what pg_stats knows of them, as Column; `d` is the database. */
export const COLUMNS_SQL = /* sql */ `
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
