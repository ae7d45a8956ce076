import { closedObject } from '../../core/schema.js';
import { counter, key, numberKey, time } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_stat_database_conflicts: queries that recovery cancelled, by cause. All zero on a server that never was a
 * standby.
 */
export const pgStatDatabaseConflicts = defineSection({
  id: 'pg_stat_database_conflicts',
  title: 'Queries cancelled by recovery on a standby, by cause',
  scope: 'cluster',
  reads: 'statistics',
  parameters: ['limit'],
  order: 'by oid of the database',
  needs: [
    { kind: 'setting', name: 'track_counts', without: 'partial', loses: 'no statistics are collected' },
  ],
  row: closedObject({
    datid: numberKey('oid of the database'),
    datname: key('name of the database'),
    confl_tablespace: counter('cancelled because a tablespace was dropped'),
    confl_lock: counter('cancelled because of a lock'),
    confl_snapshot: counter('cancelled because their snapshot was too old'),
    confl_bufferpin: counter('cancelled because they pinned a buffer'),
    confl_deadlock: counter('cancelled because of a deadlock'),
    confl_active_logicalslot: counter('logical slots invalidated or their users cancelled, since 16'),
    stats_reset: time('when the counters of this database were last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT c.datid, c.datname, c.confl_tablespace, c.confl_lock, c.confl_snapshot, c.confl_bufferpin, c.confl_deadlock,
       NULL::int8 AS confl_active_logicalslot,
       pg_catalog.pg_stat_get_db_stat_reset_time(c.datid) AS stats_reset,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_database_conflicts AS c
 ORDER BY c.datid
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 16,
      sql: /* sql */ `
SELECT c.datid, c.datname, c.confl_tablespace, c.confl_lock, c.confl_snapshot, c.confl_bufferpin, c.confl_deadlock,
       c.confl_active_logicalslot,
       pg_catalog.pg_stat_get_db_stat_reset_time(c.datid) AS stats_reset,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_database_conflicts AS c
 ORDER BY c.datid
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
