import { closedObject } from '../../core/schema.js';
import { counter, key, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_slru, since 13. The caches were renamed in 17 (CommitTs became commit_timestamp …). */
export const pgStatSlru = defineSection({
  id: 'pg_stat_slru',
  title: 'Use of the small caches for transaction status, subtransactions, multixacts and the like',
  scope: 'cluster',
  reads: 'statistics',
  parameters: [],
  order: 'by name',
  needs: [],
  row: closedObject({
    name: key('name of the cache, as this server calls it'),
    zeroed_bytes: counter('bytes of pages initialised'),
    hit_bytes: counter('bytes of pages found in the cache'),
    read_bytes: counter('bytes of pages read from disk'),
    written_bytes: counter('bytes of pages written to disk'),
    exists_bytes: counter('bytes of pages checked for existence'),
    flushes: counter('flushes of dirty pages'),
    truncates: counter('truncations'),
    stats_reset: time('when these counters were last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [
    {
      since: 13,
      sql: /* sql */ `
SELECT c.name,
       c.blks_zeroed * s.block_size AS zeroed_bytes, c.blks_hit * s.block_size AS hit_bytes,
       c.blks_read * s.block_size AS read_bytes, c.blks_written * s.block_size AS written_bytes,
       c.blks_exists * s.block_size AS exists_bytes,
       c.flushes, c.truncates, c.stats_reset
  FROM pg_catalog.pg_stat_slru AS c
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::numeric AS block_size) AS s
 ORDER BY c.name COLLATE "C"`,
    },
  ],
});
