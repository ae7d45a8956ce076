import { closedObject } from '../../core/schema.js';
import { flag, gauge, label, numberKey } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';
import { CHOSEN_SCHEMAS, LOCKED } from './chosenRelations.js';

/**
 * Tables and their TOAST tables. A relation whose pages were never counted, or that changed much since, is measured at
 * once, since its pages rank it wrongly; the others are measured when they are shown. Empty TOAST tables are left out:
 * those without pages and without rows by the statistics, where there are statistics.
 */
const PARTS = /* sql */ `
part AS MATERIALIZED (
  SELECT o.oid AS owner, o.oid, 'heap' AS part FROM pg_catalog.pg_class AS o
   WHERE o.relkind IN ('r', 'm') AND o.relpersistence <> 't'
  UNION ALL
  SELECT o.oid AS owner, o.reltoastrelid, 'toast' FROM pg_catalog.pg_class AS o
   WHERE o.relkind IN ('r', 'm') AND o.relpersistence <> 't' AND o.reltoastrelid <> 0),
counted AS MATERIALIZED (
  SELECT p.owner, p.oid, p.part, n.nspname, o.relname, o.relkind, o.relnatts, c.relam, c.relpages, c.reltuples, c.reloptions,
         pg_catalog.pg_stat_get_live_tuples(c.oid) AS live, pg_catalog.pg_stat_get_dead_tuples(c.oid) AS dead,
         pg_catalog.pg_stat_get_mod_since_analyze(c.oid) AS modified,
         c.oid IN (SELECT l.oid FROM locked AS l) AS is_locked
    FROM part AS p
    JOIN pg_catalog.pg_class AS o ON o.oid = p.owner
    JOIN pg_catalog.pg_class AS c ON c.oid = p.oid
    JOIN chosen AS n ON n.oid = o.relnamespace
   WHERE ($2::text IS NULL OR o.relname = $2::text)
     AND (p.part = 'heap' OR c.relpages > 0 OR pg_catalog.pg_stat_get_live_tuples(c.oid) > 0
          OR pg_catalog.pg_stat_get_dead_tuples(c.oid) > 0
          OR (o.relpages > 0 AND pg_catalog.pg_stat_get_live_tuples(o.oid) = 0))),
doubted AS MATERIALIZED (
  SELECT c.oid
    FROM counted AS c
   WHERE NOT c.is_locked AND (c.relpages = 0 OR c.reltuples < 0 OR c.live + c.dead > 2 * c.reltuples + 1000)
   ORDER BY c.live + c.dead DESC, c.oid
   LIMIT 5000)`;

const MEASURED = /* sql */ `,
sized AS MATERIALIZED (
  SELECT d.oid, pg_catalog.pg_relation_size(d.oid) AS size_bytes FROM doubted AS d)`;

const NOT_MEASURED = /* sql */ `,
sized AS (SELECT NULL::oid AS oid, NULL::int8 AS size_bytes WHERE false)`;

const ROWS = /* sql */ `
SELECT r.owner, r.oid, r.part, r.nspname AS schema, r.relname AS name,
       CASE r.relkind WHEN 'r' THEN 'table' ELSE 'materialized view' END AS kind,
       m.amname AS method, r.relnatts AS attributes,
       pg_catalog.array_to_string(r.reloptions, ',') AS options,
       r.relpages, r.reltuples, r.live AS live_rows, r.dead AS dead_rows, r.modified AS modified_rows,
       pg_catalog.pg_stat_get_tuples_updated(r.oid) AS updates,
       pg_catalog.pg_stat_get_tuples_hot_updated(r.oid) AS hot_updates,
       r.size_bytes, r.is_locked, r.block_size, r.total_count
  FROM (SELECT c.owner, c.oid, c.part, c.nspname, c.relname, c.relkind, c.relnatts, c.relam, c.relpages, c.reltuples,
               c.reloptions, c.live, c.dead, c.modified, c.is_locked, s.size_bytes, b.block_size,
               greatest(c.relpages, s.size_bytes / b.block_size) AS pages,
               pg_catalog.count(*) OVER () AS total_count,
               pg_catalog.row_number() OVER (ORDER BY greatest(c.relpages, s.size_bytes / b.block_size) DESC, c.oid)
                 AS rank
          FROM counted AS c
          LEFT JOIN sized AS s ON s.oid = c.oid
         CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::int8 AS block_size) AS b) AS r
  LEFT JOIN pg_catalog.pg_am AS m ON m.oid = r.relam
 WHERE r.pages > 1 OR $3::int8 = 0 OR r.rank <= $3::int8
 ORDER BY r.rank`;

/** Tables and their TOAST tables, with what pg_class and the statistics say of their size. */
export const tablesQuestion = defineSection({
  id: 'pg_class of tables',
  title: 'Tables and TOAST tables: pages, rows and what changed since they were counted',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['given:schema', 'given:table', 'limit'],
  order: 'most pages first',
  needs: [],
  row: closedObject({
    owner: gauge('oid of the table, of a TOAST table its owner’s'),
    oid: numberKey('oid of the relation'),
    part: label('heap or toast'),
    schema: label('schema of the table'),
    name: label('name of the table'),
    kind: label('table or materialized view'),
    method: label('access method'),
    attributes: gauge('columns of the table, dropped ones included'),
    options: label('storage options'),
    relpages: gauge('pages when they were last counted'),
    reltuples: gauge('rows when they were last counted; -1 (since 14) when never'),
    live_rows: gauge('live rows by the cumulative statistics'),
    dead_rows: gauge('dead rows by the cumulative statistics'),
    modified_rows: gauge('rows changed since the last ANALYZE'),
    updates: gauge('rows updated'),
    hot_updates: gauge('rows updated without touching an index (HOT)'),
    size_bytes: gauge('bytes, where the pages are no guide'),
    is_locked: flag('whether somebody holds or awaits an AccessExclusiveLock'),
    block_size: gauge('bytes of a page'),
  }),
  variants: [{ since: 12, sql: [LOCKED, CHOSEN_SCHEMAS, PARTS, MEASURED, ROWS].join('') }],
  withoutLocks: [{ since: 12, sql: [LOCKED, CHOSEN_SCHEMAS, PARTS, NOT_MEASURED, ROWS].join('') }],
});
