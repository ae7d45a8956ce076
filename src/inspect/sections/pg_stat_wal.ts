import { closedObject } from '../../core/schema.js';
import { counter, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_wal, since 14. In 18 the writes and syncs moved to pg_stat_io, object wal. */
export const pgStatWal = defineSection({
  id: 'pg_stat_wal',
  title: 'WAL generated, and until 17 written and synced',
  scope: 'cluster',
  reads: 'statistics',
  parameters: [],
  order: 'one row',
  needs: [
    {
      kind: 'setting',
      name: 'track_wal_io_timing',
      without: 'noted',
      loses: 'wal_write_time_ms and wal_sync_time_ms are null',
      since: 14,
    },
  ],
  row: closedObject({
    wal_records: counter('WAL records generated'),
    wal_fpi: counter('full page images among them'),
    wal_bytes: counter('bytes of WAL generated'),
    wal_buffers_full: counter('times WAL was written because the WAL buffers were full'),
    wal_write: counter('times WAL buffers were written, until 17'),
    wal_sync: counter('times WAL files were synced, until 17'),
    wal_write_time_ms: counter(
      'milliseconds spent writing WAL, until 17; null while track_wal_io_timing is off',
    ),
    wal_sync_time_ms: counter(
      'milliseconds spent syncing WAL, until 17; null while track_wal_io_timing is off',
    ),
    stats_reset: time('when these counters were last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [
    {
      since: 14,
      sql: /* sql */ `
SELECT w.wal_records, w.wal_fpi, w.wal_bytes, w.wal_buffers_full, w.wal_write, w.wal_sync,
       CASE WHEN s.timed THEN w.wal_write_time END AS wal_write_time_ms,
       CASE WHEN s.timed THEN w.wal_sync_time END AS wal_sync_time_ms,
       w.stats_reset
  FROM pg_catalog.pg_stat_wal AS w
 CROSS JOIN (SELECT pg_catalog.current_setting('track_wal_io_timing')::bool AS timed) AS s`,
    },
    {
      since: 18,
      sql: /* sql */ `
SELECT w.wal_records, w.wal_fpi, w.wal_bytes, w.wal_buffers_full,
       NULL::int8 AS wal_write, NULL::int8 AS wal_sync,
       NULL::float8 AS wal_write_time_ms, NULL::float8 AS wal_sync_time_ms,
       w.stats_reset
  FROM pg_catalog.pg_stat_wal AS w`,
    },
  ],
});
