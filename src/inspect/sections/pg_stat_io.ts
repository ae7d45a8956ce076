import { closedObject } from '../../core/schema.js';
import { counter, key, time } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_stat_io, since 16: null where that kind of process never does that kind of operation. 16 and 17 count operations
 * of op_bytes each; 18 counts bytes, and has rows of object wal, timed by track_wal_io_timing.
 */
export const pgStatIo = defineSection({
  id: 'pg_stat_io',
  title: 'Reads, writes, extends and fsyncs by kind of process, object and context',
  scope: 'cluster',
  reads: 'statistics',
  parameters: [],
  order: 'by kind of process, object and context',
  needs: [
    { kind: 'setting', name: 'track_io_timing', without: 'noted', loses: 'the times are null', since: 16 },
    {
      kind: 'setting',
      name: 'track_wal_io_timing',
      without: 'noted',
      loses: 'the times of object wal are null',
      since: 18,
    },
  ],
  row: closedObject({
    backend_type: key('kind of process'),
    object: key('relation, temp relation or wal (since 18)'),
    context: key('normal, vacuum, bulkread, bulkwrite or init (since 18)'),
    reads: counter('read operations'),
    read_bytes: counter('bytes read'),
    read_time_ms: counter('milliseconds spent reading; null while it is not timed'),
    writes: counter('write operations'),
    write_bytes: counter('bytes written'),
    write_time_ms: counter('milliseconds spent writing; null while it is not timed'),
    writeback_bytes: counter('bytes that the kernel was asked to write back'),
    writeback_time_ms: counter('milliseconds spent asking for it; null while it is not timed'),
    extends: counter('operations that extended a relation'),
    extend_bytes: counter('bytes that relations were extended by'),
    extend_time_ms: counter('milliseconds spent extending; null while it is not timed'),
    hits: counter('blocks found in shared buffers'),
    evictions: counter('blocks thrown out of a buffer to make room'),
    reuses: counter('buffers of a ring reused'),
    fsyncs: counter('fsync calls'),
    fsync_time_ms: counter('milliseconds spent in fsync; null while it is not timed'),
    stats_reset: time('when these counters were last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [
    {
      since: 16,
      sql: /* sql */ `
SELECT i.backend_type, i.object, i.context,
       i.reads, i.reads * i.op_bytes::numeric AS read_bytes, CASE WHEN s.timed THEN i.read_time END AS read_time_ms,
       i.writes, i.writes * i.op_bytes::numeric AS write_bytes, CASE WHEN s.timed THEN i.write_time END AS write_time_ms,
       i.writebacks * i.op_bytes::numeric AS writeback_bytes,
       CASE WHEN s.timed THEN i.writeback_time END AS writeback_time_ms,
       i.extends, i.extends * i.op_bytes::numeric AS extend_bytes,
       CASE WHEN s.timed THEN i.extend_time END AS extend_time_ms,
       i.hits, i.evictions, i.reuses,
       i.fsyncs, CASE WHEN s.timed THEN i.fsync_time END AS fsync_time_ms,
       i.stats_reset
  FROM pg_catalog.pg_stat_io AS i
 CROSS JOIN (SELECT pg_catalog.current_setting('track_io_timing')::bool AS timed) AS s
 ORDER BY i.backend_type, i.object, i.context`,
    },
    {
      since: 18,
      sql: /* sql */ `
SELECT i.backend_type, i.object, i.context,
       i.reads, i.read_bytes, CASE WHEN i.timed THEN i.read_time END AS read_time_ms,
       i.writes, i.write_bytes, CASE WHEN i.timed THEN i.write_time END AS write_time_ms,
       i.writebacks * pg_catalog.current_setting('block_size')::numeric AS writeback_bytes,
       CASE WHEN i.timed THEN i.writeback_time END AS writeback_time_ms,
       i.extends, i.extend_bytes, CASE WHEN i.timed THEN i.extend_time END AS extend_time_ms,
       i.hits, i.evictions, i.reuses,
       i.fsyncs, CASE WHEN i.timed THEN i.fsync_time END AS fsync_time_ms,
       i.stats_reset
  FROM (SELECT v.backend_type, v.object, v.context, v.reads, v.read_bytes, v.read_time, v.writes, v.write_bytes,
               v.write_time, v.writebacks, v.writeback_time, v.extends, v.extend_bytes, v.extend_time, v.hits,
               v.evictions, v.reuses, v.fsyncs, v.fsync_time, v.stats_reset,
               CASE v.object WHEN 'wal' THEN pg_catalog.current_setting('track_wal_io_timing')::bool
                             ELSE pg_catalog.current_setting('track_io_timing')::bool END AS timed
          FROM pg_catalog.pg_stat_io AS v) AS i
 ORDER BY i.backend_type, i.object, i.context`,
    },
  ],
});
