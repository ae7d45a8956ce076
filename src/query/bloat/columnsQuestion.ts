import { closedObject } from '../../core/schema.js';
import type { ServerFacts } from '../../cluster/serverFacts.js';
import { label, numberKey } from '../../inspect/column.js';
import { defineSection, type Section } from '../../inspect/section.js';
import { CHOSEN_SCHEMAS } from './chosenRelations.js';

/*
 * One text for each relation, because a row for each column would be most of the answer in a wide database. Indexes are
 * in it for their expressions, whose statistics stand under the index's own name. The length of an index's column of
 * type name, which it stores without padding, is taken from the histogram. Tables of one page have nothing to give
 * back, unless they outgrew it since or have a larger index.
 */

const RELATIONS = /* sql */ `
relation AS MATERIALIZED (
  SELECT c.oid, c.relname, n.nspname
    FROM pg_catalog.pg_class AS c
    JOIN chosen AS n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
     AND (c.relpages > 1 OR pg_catalog.pg_stat_get_live_tuples(c.oid) + pg_catalog.pg_stat_get_dead_tuples(c.oid) > 100
          OR c.oid IN (SELECT i.indrelid
                         FROM pg_catalog.pg_index AS i
                         JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
                        WHERE x.relpages > 2))
     AND ($2::text IS NULL OR c.relname = $2::text)
  UNION ALL
  SELECT c.oid, c.relname, n.nspname
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
    JOIN chosen AS n ON n.oid = c.relnamespace
   WHERE i.indexprs IS NOT NULL AND c.relkind = 'i' AND c.relpersistence <> 't'
     AND ($2::text IS NULL OR t.relname = $2::text)),
col AS MATERIALIZED (
  SELECT r.oid, r.relname, r.nspname, a.attnum, a.attname, a.attlen, a.attalign, a.attstorage, a.atttypid
    FROM relation AS r
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.oid
   WHERE a.attnum > 0 AND NOT a.attisdropped)`;

const NAME_LENGTH = /* sql */ `
           CASE WHEN c.atttypid = 'pg_catalog.name'::pg_catalog.regtype THEN (
             SELECT pg_catalog.round(pg_catalog.avg(pg_catalog.octet_length(v.text)), 1)
               FROM pg_catalog.pg_stats AS h
              CROSS JOIN LATERAL pg_catalog.unnest(
                coalesce(h.histogram_bounds::text, h.most_common_vals::text)::text[]) AS v(text)
              WHERE h.schemaname = c.nspname AND h.tablename = c.relname AND h.attname = c.attname
                AND NOT h.inherited) END`;

/** pg_statistic itself, found by oid: a thirtieth of what pg_stats takes, which asks for a privilege of each column. */
const DIRECTLY = [
  /* sql */ `
SELECT c.oid AS relid,
       pg_catalog.string_agg(pg_catalog.format('%s:%s:%s:%s:%s:%s:%s:%s:%s:%s', c.attnum, c.attlen, c.attalign,
           c.attstorage, c.atttypid::int8, s.stawidth, s.stanullfrac, s.stadistinct, 't',`,
  NAME_LENGTH,
  /* sql */ `), ' ')
         AS columns
  FROM col AS c
  LEFT JOIN pg_catalog.pg_statistic AS s ON s.starelid = c.oid AND s.staattnum = c.attnum AND NOT s.stainherit
 GROUP BY c.oid`,
].join('');

/**
 * pg_stats, read once and joined by names: it has no oids before 19. The join is a FULL one, since the planner takes
 * pg_stats for nearly empty and would go through all of it for each column; relid is NULL for what nobody asked about.
 * What it does not show is told apart by privilege, which is asked only then.
 */
const BY_PRIVILEGE = [
  /* sql */ `
SELECT c.oid AS relid,
       pg_catalog.string_agg(pg_catalog.format('%s:%s:%s:%s:%s:%s:%s:%s:%s:%s', c.attnum, c.attlen, c.attalign,
           c.attstorage, c.atttypid::int8, s.avg_width, s.null_frac, s.n_distinct,
           CASE WHEN s.attname IS NULL
                THEN pg_catalog.has_column_privilege(c.oid, c.attnum, 'SELECT')
                     AND NOT pg_catalog.row_security_active(c.oid) END,`,
  NAME_LENGTH,
  /* sql */ `), ' ')
         FILTER (WHERE c.oid IS NOT NULL) AS columns
  FROM col AS c
  FULL JOIN (
       SELECT p.schemaname, p.tablename, p.attname, p.avg_width, p.null_frac, p.n_distinct
         FROM pg_catalog.pg_stats AS p
        WHERE NOT p.inherited) AS s
    ON s.schemaname = c.nspname AND s.tablename = c.relname AND s.attname = c.attname
 GROUP BY c.oid`,
].join('');

const question = (id: string, sql: string): Section =>
  defineSection({
    id,
    title: 'Width, NULLs and distinct values of columns',
    scope: 'cluster',
    reads: 'catalog',
    parameters: ['given:schema', 'given:table'],
    order: 'none',
    needs: [],
    row: closedObject({
      relid: numberKey('oid of the table or index; null: of no interest'),
      columns: label('its columns, see parseColumns()'),
    }),
    variants: [{ since: 12, sql: ['WITH', CHOSEN_SCHEMAS, RELATIONS, sql].join('') }],
  });

const pgStatistic = question('pg_statistic', DIRECTLY);
const pgStats = question('pg_stats', BY_PRIVILEGE);

/** Columns of tables, and of indexes with expressions, from where this role may read their statistics. */
export function columnsQuestion({ superuser, memberships }: ServerFacts): Section {
  return superuser || memberships['pg_read_all_data'] === true ? pgStatistic : pgStats;
}
