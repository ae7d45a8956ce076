import { closedObject } from '../../core/schema.js';
import { counter, time } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_stat_bgwriter. Until 16 it also holds the checkpointer's numbers; from 17 on these are in pg_stat_checkpointer,
 * and what backends wrote themselves is only in pg_stat_io.
 */
export const pgStatBgwriter = defineSection({
  id: 'pg_stat_bgwriter',
  title: 'What the background writer did (until 16 also the checkpointer)',
  scope: 'cluster',
  reads: 'statistics',
  parameters: [],
  order: 'one row',
  needs: [],
  row: closedObject({
    checkpoints_timed: counter('checkpoints begun because checkpoint_timeout passed, until 16'),
    checkpoints_req: counter('checkpoints begun for another reason, until 16'),
    checkpoint_write_time_ms: counter('milliseconds checkpoints spent writing, until 16'),
    checkpoint_sync_time_ms: counter('milliseconds checkpoints spent in fsync, until 16'),
    buffers_checkpoint_bytes: counter('bytes written by checkpoints, until 16'),
    buffers_clean_bytes: counter('bytes written by the background writer'),
    maxwritten_clean: counter('times it stopped because bgwriter_lru_maxpages was reached'),
    buffers_backend_bytes: counter('bytes that backends had to write themselves, until 16'),
    buffers_backend_fsync: counter('fsync calls that backends had to make themselves, until 16'),
    buffers_alloc_bytes: counter('bytes of buffers allocated'),
    stats_reset: time('when these counters were last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT b.checkpoints_timed, b.checkpoints_req,
       b.checkpoint_write_time AS checkpoint_write_time_ms, b.checkpoint_sync_time AS checkpoint_sync_time_ms,
       b.buffers_checkpoint * s.block_size AS buffers_checkpoint_bytes,
       b.buffers_clean * s.block_size AS buffers_clean_bytes,
       b.maxwritten_clean,
       b.buffers_backend * s.block_size AS buffers_backend_bytes,
       b.buffers_backend_fsync,
       b.buffers_alloc * s.block_size AS buffers_alloc_bytes,
       b.stats_reset
  FROM pg_catalog.pg_stat_bgwriter AS b
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size) AS s`,
    },
    {
      since: 17,
      sql: /* sql */ `
SELECT NULL::int8 AS checkpoints_timed, NULL::int8 AS checkpoints_req,
       NULL::float8 AS checkpoint_write_time_ms, NULL::float8 AS checkpoint_sync_time_ms,
       NULL::numeric AS buffers_checkpoint_bytes,
       b.buffers_clean * s.block_size AS buffers_clean_bytes,
       b.maxwritten_clean,
       NULL::numeric AS buffers_backend_bytes,
       NULL::int8 AS buffers_backend_fsync,
       b.buffers_alloc * s.block_size AS buffers_alloc_bytes,
       b.stats_reset
  FROM pg_catalog.pg_stat_bgwriter AS b
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size) AS s`,
    },
  ],
});
