import { closedObject } from '../../core/schema.js';
import { counter, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_checkpointer, since 17; older servers tell these numbers in pg_stat_bgwriter. */
export const pgStatCheckpointer = defineSection({
  id: 'pg_stat_checkpointer',
  title: 'Checkpoints and restartpoints, and what they wrote',
  scope: 'cluster',
  reads: 'statistics',
  parameters: [],
  order: 'one row',
  needs: [],
  row: closedObject({
    num_timed: counter(
      'checkpoints due because checkpoint_timeout passed (also those skipped on an idle server)',
    ),
    num_requested: counter('checkpoints requested'),
    num_done: counter('checkpoints performed, since 18'),
    restartpoints_timed: counter('restartpoints due by time, on a standby'),
    restartpoints_req: counter('restartpoints requested, on a standby'),
    restartpoints_done: counter('restartpoints performed, on a standby'),
    write_time_ms: counter('milliseconds spent writing'),
    sync_time_ms: counter('milliseconds spent in fsync'),
    buffers_written_bytes: counter('bytes of shared buffers written'),
    slru_written_bytes: counter('bytes of SLRU buffers written, since 18'),
    stats_reset: time('when these counters were last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [
    {
      since: 17,
      sql: /* sql */ `
SELECT c.num_timed, c.num_requested, NULL::int8 AS num_done,
       c.restartpoints_timed, c.restartpoints_req, c.restartpoints_done,
       c.write_time AS write_time_ms, c.sync_time AS sync_time_ms,
       c.buffers_written * s.block_size AS buffers_written_bytes,
       NULL::numeric AS slru_written_bytes,
       c.stats_reset
  FROM pg_catalog.pg_stat_checkpointer AS c
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size) AS s`,
    },
    {
      since: 18,
      sql: /* sql */ `
SELECT c.num_timed, c.num_requested, c.num_done,
       c.restartpoints_timed, c.restartpoints_req, c.restartpoints_done,
       c.write_time AS write_time_ms, c.sync_time AS sync_time_ms,
       c.buffers_written * s.block_size AS buffers_written_bytes,
       c.slru_written * s.block_size AS slru_written_bytes,
       c.stats_reset
  FROM pg_catalog.pg_stat_checkpointer AS c
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size) AS s`,
    },
  ],
});
