import { closedObject } from '../../core/schema.js';
import { counter, label, numberKey, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_statio_user_tables, its functions called for the chosen tables only. */
export const pgStatioUserTables = defineSection({
  id: 'pg_statio_user_tables',
  title: 'Blocks read and found in shared buffers, by table: heap, indexes and TOAST',
  scope: 'database',
  reads: 'statistics',
  parameters: ['limit'],
  order: 'largest relpages, TOAST included, first',
  needs: [
    { kind: 'setting', name: 'track_counts', without: 'partial', loses: 'no statistics are collected' },
  ],
  row: closedObject({
    relid: numberKey('oid of the table'),
    schemaname: label('its schema'),
    relname: label('its name'),
    heap_read_bytes: counter('bytes of the table read from the operating system'),
    heap_hit_bytes: counter('bytes of the table found in shared buffers'),
    idx_read_bytes: counter('bytes of its indexes read; null where it has none'),
    idx_hit_bytes: counter('bytes of its indexes found in shared buffers; null where it has none'),
    toast_read_bytes: counter('bytes of its TOAST table read; null where it has none'),
    toast_hit_bytes: counter('bytes of its TOAST table found in shared buffers; null where it has none'),
    tidx_read_bytes: counter('bytes of the TOAST table’s index read; null where it has none'),
    tidx_hit_bytes: counter(
      'bytes of the TOAST table’s index found in shared buffers; null where it has none',
    ),
    stats_reset: time('when the counters of this database were last reset'),
  }),
  resetAt: 'stats_reset',
  sums: ['idx_read_bytes', 'idx_hit_bytes'],
  variants: [
    {
      since: 12,
      sql: /* sql */ `
WITH chosen AS MATERIALIZED (
  SELECT c.oid, t.oid AS toast, n.nspname, c.relname, c.relpages::int8 + coalesce(t.relpages, 0) AS pages,
         pg_catalog.count(*) OVER () AS total_count
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.reltoastrelid
   WHERE c.relkind IN ('r', 'm')
     AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
   ORDER BY pages DESC, c.oid
   LIMIT NULLIF($1::int8, 0))
SELECT x.oid AS relid, x.nspname AS schemaname, x.relname,
       (h.fetched - h.hit) * b.block_size AS heap_read_bytes, h.hit * b.block_size AS heap_hit_bytes,
       (i.fetched - i.hit) * b.block_size AS idx_read_bytes, i.hit * b.block_size AS idx_hit_bytes,
       (h.toast_fetched - h.toast_hit) * b.block_size AS toast_read_bytes,
       h.toast_hit * b.block_size AS toast_hit_bytes,
       (ti.fetched - ti.hit) * b.block_size AS tidx_read_bytes, ti.hit * b.block_size AS tidx_hit_bytes,
       pg_catalog.pg_stat_get_db_stat_reset_time(b.datid) AS stats_reset,
       x.total_count
  FROM chosen AS x
 CROSS JOIN (SELECT d.oid AS datid, pg_catalog.current_setting('block_size')::numeric AS block_size
               FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()) AS b
 CROSS JOIN LATERAL (
       SELECT pg_catalog.pg_stat_get_blocks_fetched(x.oid) AS fetched, pg_catalog.pg_stat_get_blocks_hit(x.oid) AS hit,
              pg_catalog.pg_stat_get_blocks_fetched(x.toast) AS toast_fetched,
              pg_catalog.pg_stat_get_blocks_hit(x.toast) AS toast_hit) AS h
  LEFT JOIN LATERAL (
       SELECT pg_catalog.sum(pg_catalog.pg_stat_get_blocks_fetched(v.indexrelid)) AS fetched,
              pg_catalog.sum(pg_catalog.pg_stat_get_blocks_hit(v.indexrelid)) AS hit
         FROM pg_catalog.pg_index AS v WHERE v.indrelid = x.oid) AS i ON true
  LEFT JOIN LATERAL (
       SELECT pg_catalog.sum(pg_catalog.pg_stat_get_blocks_fetched(v.indexrelid)) AS fetched,
              pg_catalog.sum(pg_catalog.pg_stat_get_blocks_hit(v.indexrelid)) AS hit
         FROM pg_catalog.pg_index AS v WHERE v.indrelid = x.toast) AS ti ON true
 ORDER BY x.pages DESC, x.oid`,
    },
  ],
});
