import { closedObject } from '../../core/schema.js';
import { gauge, label, numberKey } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_progress_cluster: CLUSTER and VACUUM FULL. */
export const pgStatProgressCluster = defineSection({
  id: 'pg_stat_progress_cluster',
  title: 'Running CLUSTER and VACUUM FULL commands and how far they are',
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
  ],
  row: closedObject({
    pid: numberKey('process id'),
    datname: label('name of the database'),
    relid: gauge('oid of the table'),
    relation: label('the table as SQL writes it; null in other databases than the connected one'),
    command: label('the command'),
    phase: label('what it is doing'),
    cluster_index_relid: gauge('oid of the index it goes by; 0 for none'),
    heap_tuples_scanned: gauge('rows read'),
    heap_tuples_written: gauge('rows written'),
    heap_total_bytes: gauge('bytes of the table when it began'),
    heap_scanned_bytes: gauge('bytes read, with a sequential scan'),
    index_rebuild_count: gauge('indexes rebuilt'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT p.pid, p.datname,
       p.relid, CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END AS relation,
       p.command, p.phase, p.cluster_index_relid, p.heap_tuples_scanned, p.heap_tuples_written,
       p.heap_blks_total * s.block_size AS heap_total_bytes, p.heap_blks_scanned * s.block_size AS heap_scanned_bytes,
       p.index_rebuild_count
  FROM pg_catalog.pg_stat_progress_cluster AS p
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size) AS s
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = p.relid AND p.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 ORDER BY p.pid`,
    },
  ],
});
