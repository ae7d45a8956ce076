import { closedObject } from '../../core/schema.js';
import { gauge, id, label, numberKey, time } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_stat_subscription: the workers of each subscription; a subscription without a worker has one row with null
 * pid.
 */
export const pgStatSubscription = defineSection({
  id: 'pg_stat_subscription',
  title: 'Workers of logical subscriptions and what they received',
  scope: 'cluster',
  reads: 'live',
  parameters: ['limit'],
  order: 'by subscription, then main worker first',
  needs: [],
  row: closedObject({
    subid: numberKey('oid of the subscription'),
    subname: label('name of the subscription'),
    worker_type: label('apply, parallel apply or table synchronization, since 17'),
    pid: numberKey('process id of the worker; null when it is not running'),
    leader_pid: gauge('process id of the leader of a parallel apply worker, since 16'),
    relid: numberKey('oid of the table being copied; null for the main worker'),
    received_lsn: id('last WAL position received'),
    last_msg_send_time: time('when the last message was sent, by the publisher’s clock'),
    last_msg_receipt_time: time('when the last message came'),
    last_msg_age_ms: gauge('milliseconds since the last message came'),
    latest_end_lsn: id('last WAL position reported to the publisher'),
    latest_end_time: time('when that was'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT s.subid, s.subname, NULL::text AS worker_type, s.pid, NULL::int4 AS leader_pid, s.relid,
       s.received_lsn::text AS received_lsn, s.last_msg_send_time, s.last_msg_receipt_time,
       extract(epoch FROM pg_catalog.clock_timestamp() - s.last_msg_receipt_time)::float8 * 1000 AS last_msg_age_ms,
       s.latest_end_lsn::text AS latest_end_lsn, s.latest_end_time,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_subscription AS s
 ORDER BY s.subname COLLATE "C", s.subid, s.relid NULLS FIRST, s.pid
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 16,
      sql: /* sql */ `
SELECT s.subid, s.subname, NULL::text AS worker_type, s.pid, s.leader_pid, s.relid,
       s.received_lsn::text AS received_lsn, s.last_msg_send_time, s.last_msg_receipt_time,
       extract(epoch FROM pg_catalog.clock_timestamp() - s.last_msg_receipt_time)::float8 * 1000 AS last_msg_age_ms,
       s.latest_end_lsn::text AS latest_end_lsn, s.latest_end_time,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_subscription AS s
 ORDER BY s.subname COLLATE "C", s.subid, s.relid NULLS FIRST, s.pid
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 17,
      sql: /* sql */ `
SELECT s.subid, s.subname, s.worker_type, s.pid, s.leader_pid, s.relid,
       s.received_lsn::text AS received_lsn, s.last_msg_send_time, s.last_msg_receipt_time,
       extract(epoch FROM pg_catalog.clock_timestamp() - s.last_msg_receipt_time)::float8 * 1000 AS last_msg_age_ms,
       s.latest_end_lsn::text AS latest_end_lsn, s.latest_end_time,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_subscription AS s
 ORDER BY s.subname COLLATE "C", s.subid, s.relid NULLS FIRST, s.pid
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
