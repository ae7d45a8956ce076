import { closedObject } from '../../core/schema.js';
import { gauge, label, numberKey } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_progress_create_index: CREATE INDEX and REINDEX. */
export const pgStatProgressCreateIndex = defineSection({
  id: 'pg_stat_progress_create_index',
  title: 'Running CREATE INDEX and REINDEX commands and how far they are',
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
    index_relid: gauge('oid of the index; 0 while CREATE INDEX is not concurrent'),
    index: label('the index as SQL writes it; null in other databases than the connected one'),
    command: label('the command'),
    phase: label('what it is doing'),
    lockers_total: gauge('sessions to wait for'),
    lockers_done: gauge('sessions waited for'),
    current_locker_pid: gauge('process id it waits for'),
    blocks_total_bytes: gauge('bytes of blocks to process in this phase'),
    blocks_done_bytes: gauge('bytes of blocks processed in this phase'),
    tuples_total: gauge('rows to process in this phase'),
    tuples_done: gauge('rows processed in this phase'),
    partitions_total: gauge('partitions to index'),
    partitions_done: gauge('partitions indexed'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT p.pid, p.datname,
       p.relid, CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END AS relation,
       p.index_relid, CASE WHEN i.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, i.relname) END AS index,
       p.command, p.phase, p.lockers_total, p.lockers_done, p.current_locker_pid,
       p.blocks_total * s.block_size AS blocks_total_bytes, p.blocks_done * s.block_size AS blocks_done_bytes,
       p.tuples_total, p.tuples_done, p.partitions_total, p.partitions_done
  FROM pg_catalog.pg_stat_progress_create_index AS p
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size) AS s
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = p.relid AND p.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class AS i ON i.oid = p.index_relid AND c.oid IS NOT NULL
 ORDER BY p.pid`,
    },
  ],
});
