import { closedObject } from '../../core/schema.js';
import { counter, key, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_replication_slots, since 14: logical slots only. */
export const pgStatReplicationSlots = defineSection({
  id: 'pg_stat_replication_slots',
  title: 'What logical decoding sent, streamed and spilled to disk, by slot',
  scope: 'cluster',
  reads: 'statistics',
  parameters: ['limit'],
  order: 'the one that decoded most bytes first',
  needs: [],
  row: closedObject({
    slot_name: key('name of the slot'),
    spill_txns: counter('transactions spilled to disk'),
    spill_count: counter('times transactions were spilled'),
    spill_bytes: counter('bytes spilled'),
    stream_txns: counter('transactions streamed while in progress'),
    stream_count: counter('times transactions were streamed'),
    stream_bytes: counter('bytes streamed while in progress'),
    total_txns: counter('transactions decoded'),
    total_bytes: counter('bytes decoded'),
    stats_reset: time('when these counters were last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [
    {
      since: 14,
      sql: /* sql */ `
SELECT s.slot_name, s.spill_txns, s.spill_count, s.spill_bytes, s.stream_txns, s.stream_count, s.stream_bytes,
       s.total_txns, s.total_bytes, s.stats_reset,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_replication_slots AS s
 ORDER BY s.total_bytes DESC, s.slot_name
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
