import { closedObject } from '../../core/schema.js';
import { flag, gauge, label, numberKey } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';
import { CHOSEN_SCHEMAS, LOCKED } from './chosenRelations.js';

/**
 * Operator classes whose equal values are one and the same image (support function 4), and collations that make
 * others: only an index of the former alone has posting lists. Whoever was upgraded from before 13 has them from the
 * next REINDEX on, which is what a rewrite means here.
 */
const DEDUPLICATING = /* sql */ `
alike AS MATERIALIZED (
  SELECT coalesce(pg_catalog.array_agg(c.oid), '{}') AS classes
    FROM pg_catalog.pg_opclass AS c
    JOIN pg_catalog.pg_amproc AS p
      ON p.amprocfamily = c.opcfamily AND p.amproclefttype = c.opcintype AND p.amprocrighttype = c.opcintype
     AND p.amprocnum = 4
    JOIN pg_catalog.pg_am AS m ON m.oid = c.opcmethod AND m.amname = 'btree'),
unlike AS MATERIALIZED (
  SELECT coalesce(pg_catalog.array_agg(c.oid), '{}') AS collations
    FROM pg_catalog.pg_collation AS c WHERE NOT c.collisdeterministic),`;

const INDEXES = /* sql */ `
listed AS MATERIALIZED (
  SELECT i.indexrelid AS oid, i.indrelid AS relid, n.nspname, t.relname, c.relname AS indexname, c.relam, c.relpages,
         c.reltuples, c.reloptions, i.indkey, i.indclass, i.indcollation, i.indnkeyatts, i.indnatts, i.indisunique,
         i.indisvalid, i.indisexclusion, i.indpred IS NOT NULL AS is_partial,
         t.relpages AS table_pages, t.reltuples AS table_rows, coalesce(o.relpages, 0) AS toast_pages,
         pg_catalog.pg_stat_get_live_tuples(t.oid) AS live, pg_catalog.pg_stat_get_dead_tuples(t.oid) AS dead,
         pg_catalog.pg_stat_get_mod_since_analyze(t.oid) AS modified,
         i.indexrelid IN (SELECT l.oid FROM locked AS l) OR i.indrelid IN (SELECT l.oid FROM locked AS l) AS is_locked
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid AND c.relkind = 'i' AND c.relpersistence <> 't'
    JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid AND t.relkind IN ('r', 'm')
    JOIN chosen AS n ON n.oid = t.relnamespace
    LEFT JOIN pg_catalog.pg_class AS o ON o.oid = t.reltoastrelid
   WHERE ($2::text IS NULL OR t.relname = $2::text)),
doubted AS MATERIALIZED (
  SELECT l.oid
    FROM listed AS l
   WHERE NOT l.is_locked
     AND (l.relpages <= 1 OR l.live + l.dead > 2 * l.table_rows + 1000)
     AND (l.live + l.dead > 100 OR l.table_pages > 1)
   ORDER BY l.live + l.dead DESC, l.oid
   LIMIT 5000)`;

const MEASURED = /* sql */ `,
sized AS MATERIALIZED (
  SELECT d.oid, pg_catalog.pg_relation_size(d.oid) AS size_bytes FROM doubted AS d)`;

const NOT_MEASURED = /* sql */ `,
sized AS (SELECT NULL::oid AS oid, NULL::int8 AS size_bytes WHERE false)`;

const ROWS = /* sql */ `
SELECT r.oid, r.relid, r.nspname AS schema, r.relname AS table, r.indexname AS name, m.amname AS method,
       pg_catalog.array_to_string(r.reloptions, ',') AS options, r.indkey::text AS key, r.indnkeyatts AS key_columns,
       r.indisunique AS is_unique, r.indisexclusion AS is_exclusion, r.indisvalid AS is_valid, r.is_partial,
       r.indclass::oid[] <@ k.classes AND NOT r.indcollation::oid[] && u.collations AND r.indnkeyatts = r.indnatts
         AND NOT r.indisunique AS may_deduplicate,
       r.relpages, r.reltuples, r.table_rows, r.live AS live_rows, r.dead AS dead_rows, r.modified AS modified_rows,
       r.toast_pages > 0 AS has_toast, r.size_bytes, r.is_locked, r.block_size,
       r.total_count
  FROM (SELECT l.oid, l.relid, l.nspname, l.relname, l.indexname, l.relam, l.relpages, l.reltuples, l.reloptions,
               l.indkey, l.indclass, l.indcollation, l.indnkeyatts, l.indnatts, l.indisunique, l.indisvalid,
               l.indisexclusion, l.is_partial, l.table_rows, l.live, l.dead, l.modified, l.toast_pages, l.is_locked, s.size_bytes, b.block_size,
               greatest(l.relpages, s.size_bytes / b.block_size) AS pages,
               pg_catalog.count(*) OVER () AS total_count,
               pg_catalog.row_number() OVER (ORDER BY greatest(l.relpages, s.size_bytes / b.block_size) DESC, l.oid)
                 AS rank
          FROM listed AS l
          LEFT JOIN sized AS s ON s.oid = l.oid
         CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::int8 AS block_size) AS b) AS r
  JOIN pg_catalog.pg_am AS m ON m.oid = r.relam
 CROSS JOIN alike AS k
 CROSS JOIN unlike AS u
 WHERE r.pages > 2 OR $3::int8 = 0 OR r.rank <= $3::int8
 ORDER BY r.rank`;

const sql = (sizes: string): string => [LOCKED, CHOSEN_SCHEMAS, DEDUPLICATING, INDEXES, sizes, ROWS].join('');

/** Indexes, with what pg_class and pg_index say of their size and content. */
export const indexesQuestion = defineSection({
  id: 'pg_class of indexes',
  title: 'Indexes: pages, entries, columns and what changed since they were counted',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['given:schema', 'given:table', 'limit'],
  order: 'most pages first',
  needs: [],
  row: closedObject({
    oid: numberKey('oid of the index'),
    relid: gauge('oid of its table'),
    schema: label('schema of both'),
    table: label('name of the table'),
    name: label('name of the index'),
    method: label('access method'),
    options: label('storage options'),
    key: label('indkey: column numbers, 0 for an expression'),
    key_columns: gauge('columns of the key; the others are included'),
    is_unique: flag('whether it is unique'),
    is_exclusion: flag('whether it supports an exclusion constraint'),
    is_valid: flag('false where it was not built to its end'),
    is_partial: flag('whether it has a WHERE'),
    may_deduplicate: flag('whether equal keys can share a posting list'),
    relpages: gauge('pages when they were last counted'),
    reltuples: gauge('entries when they were last counted'),
    table_rows: gauge('rows of the table when they were last counted'),
    live_rows: gauge('live rows of the table by the cumulative statistics'),
    dead_rows: gauge('dead rows of the table by the cumulative statistics'),
    modified_rows: gauge('rows of the table changed since the last ANALYZE'),
    has_toast: flag('whether values of the table lie in TOAST'),
    size_bytes: gauge('bytes, where the pages are no guide'),
    is_locked: flag('whether somebody holds or awaits an AccessExclusiveLock on it or its table'),
    block_size: gauge('bytes of a page'),
  }),
  variants: [{ since: 12, sql: sql(MEASURED) }],
  withoutLocks: [{ since: 12, sql: sql(NOT_MEASURED) }],
});
