import { closedObject } from '../../core/schema.js';
import { gauge, label, numberKey } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_progress_analyze, since 13. */
export const pgStatProgressAnalyze = defineSection({
  id: 'pg_stat_progress_analyze',
  title: 'Running ANALYZE commands and how far they are',
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
    sample_total_bytes: gauge('bytes of blocks to be sampled'),
    sample_scanned_bytes: gauge('bytes of blocks sampled'),
    ext_stats_total: gauge('extended statistics to compute'),
    ext_stats_computed: gauge('extended statistics computed'),
    child_tables_total: gauge('child tables to scan'),
    child_tables_done: gauge('child tables scanned'),
    current_child_table_relid: gauge('oid of the child table being scanned'),
    delay_time_ms: gauge(
      'milliseconds slept for cost-based delay, since 18; null while track_cost_delay_timing is off',
    ),
  }),
  variants: [
    {
      since: 13,
      sql: /* sql */ `
SELECT p.pid, p.datname,
       p.relid, CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END AS relation, p.phase,
       p.sample_blks_total * s.block_size AS sample_total_bytes,
       p.sample_blks_scanned * s.block_size AS sample_scanned_bytes,
       p.ext_stats_total, p.ext_stats_computed, p.child_tables_total, p.child_tables_done,
       p.current_child_table_relid,
       NULL::float8 AS delay_time_ms
  FROM pg_catalog.pg_stat_progress_analyze AS p
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
       p.sample_blks_total * s.block_size AS sample_total_bytes,
       p.sample_blks_scanned * s.block_size AS sample_scanned_bytes,
       p.ext_stats_total, p.ext_stats_computed, p.child_tables_total, p.child_tables_done,
       p.current_child_table_relid,
       CASE WHEN pg_catalog.current_setting('track_cost_delay_timing')::bool THEN p.delay_time END AS delay_time_ms
  FROM pg_catalog.pg_stat_progress_analyze AS p
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size) AS s
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = p.relid AND p.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 ORDER BY p.pid`,
    },
  ],
});
