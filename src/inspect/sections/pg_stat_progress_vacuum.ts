import { closedObject } from '../../core/schema.js';
import { gauge, label, numberKey } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_progress_vacuum: VACUUM and autovacuum, but not VACUUM FULL (that is in pg_stat_progress_cluster). */
export const pgStatProgressVacuum = defineSection({
  id: 'pg_stat_progress_vacuum',
  title: 'Running vacuums and how far they are',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'by process id',
  needs: [
    {
      kind: 'role',
      name: 'pg_read_all_stats',
      without: 'partial',
      loses: 'of commands that run as other roles only pid and database are visible',
    },
    {
      kind: 'setting',
      name: 'track_cost_delay_timing',
      without: 'noted',
      loses: 'delay_time_ms is null',
      since: 18,
    },
  ],
  row: closedObject({
    pid: numberKey('process id'),
    datname: label('name of the database'),
    relid: gauge('oid of the table'),
    relation: label('the table as SQL writes it; null in other databases than the connected one'),
    phase: label('what it is doing'),
    heap_total_bytes: gauge('bytes of the table when it began'),
    heap_scanned_bytes: gauge('bytes scanned'),
    heap_vacuumed_bytes: gauge('bytes vacuumed'),
    index_vacuum_count: gauge('passes over the indexes completed'),
    max_dead_tuples: gauge('dead rows it can hold before a pass over the indexes, until 16'),
    num_dead_tuples: gauge('dead rows collected since the last pass, until 16'),
    max_dead_tuple_bytes: gauge('bytes of dead row pointers it can hold, since 17'),
    dead_tuple_bytes: gauge('bytes of dead row pointers collected since the last pass, since 17'),
    num_dead_item_ids: gauge('dead row pointers collected since the last pass, since 17'),
    indexes_total: gauge('indexes to be vacuumed, since 17'),
    indexes_processed: gauge('indexes vacuumed in this pass, since 17'),
    delay_time_ms: gauge(
      'milliseconds slept for cost-based delay, since 18; null while track_cost_delay_timing is off',
    ),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT p.pid, p.datname,
       p.relid, CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END AS relation, p.phase,
       p.heap_blks_total * s.block_size AS heap_total_bytes,
       p.heap_blks_scanned * s.block_size AS heap_scanned_bytes,
       p.heap_blks_vacuumed * s.block_size AS heap_vacuumed_bytes,
       p.index_vacuum_count,
       p.max_dead_tuples, p.num_dead_tuples,
       NULL::int8 AS max_dead_tuple_bytes, NULL::int8 AS dead_tuple_bytes, NULL::int8 AS num_dead_item_ids,
       NULL::int8 AS indexes_total, NULL::int8 AS indexes_processed,
       NULL::float8 AS delay_time_ms
  FROM pg_catalog.pg_stat_progress_vacuum AS p
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size) AS s
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = p.relid AND p.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 ORDER BY p.pid`,
    },
    {
      since: 17,
      sql: /* sql */ `
SELECT p.pid, p.datname,
       p.relid, CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END AS relation, p.phase,
       p.heap_blks_total * s.block_size AS heap_total_bytes,
       p.heap_blks_scanned * s.block_size AS heap_scanned_bytes,
       p.heap_blks_vacuumed * s.block_size AS heap_vacuumed_bytes,
       p.index_vacuum_count,
       NULL::int8 AS max_dead_tuples, NULL::int8 AS num_dead_tuples,
       p.max_dead_tuple_bytes, p.dead_tuple_bytes, p.num_dead_item_ids, p.indexes_total, p.indexes_processed,
       NULL::float8 AS delay_time_ms
  FROM pg_catalog.pg_stat_progress_vacuum AS p
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size) AS s
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = p.relid AND p.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 ORDER BY p.pid`,
    },
    {
      since: 18,
      sql: /* sql */ `
SELECT p.pid, p.datname,
       p.relid, CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END AS relation, p.phase,
       p.heap_blks_total * s.block_size AS heap_total_bytes,
       p.heap_blks_scanned * s.block_size AS heap_scanned_bytes,
       p.heap_blks_vacuumed * s.block_size AS heap_vacuumed_bytes,
       p.index_vacuum_count,
       NULL::int8 AS max_dead_tuples, NULL::int8 AS num_dead_tuples,
       p.max_dead_tuple_bytes, p.dead_tuple_bytes, p.num_dead_item_ids, p.indexes_total, p.indexes_processed,
       CASE WHEN pg_catalog.current_setting('track_cost_delay_timing')::bool THEN p.delay_time END AS delay_time_ms
  FROM pg_catalog.pg_stat_progress_vacuum AS p
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size) AS s
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = p.relid AND p.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 ORDER BY p.pid`,
    },
  ],
});
