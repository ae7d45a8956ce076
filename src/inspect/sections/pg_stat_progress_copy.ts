import { closedObject } from '../../core/schema.js';
import { gauge, label, numberKey } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_progress_copy, since 14. */
export const pgStatProgressCopy = defineSection({
  id: 'pg_stat_progress_copy',
  title: 'Running COPY commands and how far they are',
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
    command: label('COPY FROM or COPY TO'),
    type: label('FILE, PROGRAM, PIPE or CALLBACK'),
    processed_bytes: gauge('bytes processed'),
    total_bytes: gauge('bytes of the source file; null where its size is not known'),
    tuples_processed: gauge('rows processed'),
    tuples_excluded: gauge('rows left out by WHERE'),
    tuples_skipped: gauge('rows left out because they were malformed, since 17'),
  }),
  variants: [
    {
      since: 14,
      sql: /* sql */ `
SELECT p.pid, p.datname,
       p.relid, CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END AS relation,
       p.command, p.type, p.bytes_processed AS processed_bytes, NULLIF(p.bytes_total, 0) AS total_bytes,
       p.tuples_processed, p.tuples_excluded, NULL::int8 AS tuples_skipped
  FROM pg_catalog.pg_stat_progress_copy AS p
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = p.relid AND p.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 ORDER BY p.pid`,
    },
    {
      since: 17,
      sql: /* sql */ `
SELECT p.pid, p.datname,
       p.relid, CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END AS relation,
       p.command, p.type, p.bytes_processed AS processed_bytes, NULLIF(p.bytes_total, 0) AS total_bytes,
       p.tuples_processed, p.tuples_excluded, p.tuples_skipped
  FROM pg_catalog.pg_stat_progress_copy AS p
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = p.relid AND p.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 ORDER BY p.pid`,
    },
  ],
});
