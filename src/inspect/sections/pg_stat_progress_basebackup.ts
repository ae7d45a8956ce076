import { closedObject } from '../../core/schema.js';
import { gauge, label, numberKey } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_progress_basebackup, since 13. */
export const pgStatProgressBasebackup = defineSection({
  id: 'pg_stat_progress_basebackup',
  title: 'Running base backups and how far they are',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'by process id',
  needs: [
    {
      kind: 'role',
      name: 'pg_read_all_stats',
      without: 'partial',
      loses: 'of backups that run as other roles only the pid is visible',
    },
  ],
  row: closedObject({
    pid: numberKey('process id'),
    phase: label('what it is doing'),
    backup_total_bytes: gauge('bytes to be sent, as far as estimated; null when not estimated'),
    backup_streamed_bytes: gauge('bytes sent'),
    tablespaces_total: gauge('tablespaces to be sent'),
    tablespaces_streamed: gauge('tablespaces sent'),
  }),
  variants: [
    {
      since: 13,
      sql: /* sql */ `
SELECT p.pid,
       p.phase, p.backup_total AS backup_total_bytes, p.backup_streamed AS backup_streamed_bytes,
       p.tablespaces_total, p.tablespaces_streamed
  FROM pg_catalog.pg_stat_progress_basebackup AS p
 ORDER BY p.pid`,
    },
  ],
});
