import { closedObject } from '../../core/schema.js';
import { counter, gauge, label, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_archiver. */
export const pgStatArchiver = defineSection({
  id: 'pg_stat_archiver',
  title: 'WAL files archived and failed attempts',
  scope: 'cluster',
  reads: 'statistics',
  parameters: [],
  order: 'one row',
  needs: [],
  row: closedObject({
    archive_mode: label('off, on or always'),
    archived_count: counter('WAL files archived'),
    last_archived_wal: label('the last of them'),
    last_archived_time: time('when that was'),
    last_archived_age_ms: gauge('milliseconds since then'),
    failed_count: counter('failed attempts'),
    last_failed_wal: label('WAL file of the last failed attempt'),
    last_failed_time: time('when that was'),
    stats_reset: time('when these counters were last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT pg_catalog.current_setting('archive_mode') AS archive_mode,
       a.archived_count, a.last_archived_wal, a.last_archived_time,
       extract(epoch FROM pg_catalog.clock_timestamp() - a.last_archived_time)::float8 * 1000 AS last_archived_age_ms,
       a.failed_count, a.last_failed_wal, a.last_failed_time, a.stats_reset
  FROM pg_catalog.pg_stat_archiver AS a`,
    },
  ],
});
