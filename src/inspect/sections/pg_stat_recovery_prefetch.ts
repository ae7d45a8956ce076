import { closedObject } from '../../core/schema.js';
import { counter, gauge, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_recovery_prefetch, since 15: one row; on a primary what its own recovery left. */
export const pgStatRecoveryPrefetch = defineSection({
  id: 'pg_stat_recovery_prefetch',
  title: 'Blocks prefetched during recovery, and how far ahead it looks',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'one row',
  needs: [],
  row: closedObject({
    prefetch: counter('blocks prefetched because they were not in the buffer pool'),
    hit: counter('blocks not prefetched because they were in the buffer pool'),
    skip_init: counter('blocks not prefetched because they would be initialised'),
    skip_new: counter('blocks not prefetched because they did not exist yet'),
    skip_fpw: counter('blocks not prefetched because the WAL held a full page image'),
    skip_rep: counter('blocks not prefetched because they had been shortly before'),
    wal_distance_bytes: gauge('bytes of WAL it looks ahead'),
    block_distance: gauge('blocks it looks ahead'),
    io_depth: gauge('prefetches under way'),
    stats_reset: time('when these counters were last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [
    {
      since: 15,
      sql: /* sql */ `
SELECT p.prefetch, p.hit, p.skip_init, p.skip_new, p.skip_fpw, p.skip_rep,
       p.wal_distance AS wal_distance_bytes, p.block_distance, p.io_depth, p.stats_reset
  FROM pg_catalog.pg_stat_recovery_prefetch AS p`,
    },
  ],
});
