import { closedObject } from '../../core/schema.js';
import { gauge, id, label, numberKey, time } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_stat_replication: who receives WAL from this server. Byte lags are against the newest WAL this server has: its
 * write position, or on a cascading standby what it received. Aurora has no such position and refuses to tell one.
 */
export const pgStatReplication = defineSection({
  id: 'pg_stat_replication',
  title: 'Standbys and other receivers of WAL, and how far behind they are',
  scope: 'cluster',
  reads: 'live',
  parameters: ['limit'],
  order: 'the furthest behind first',
  needs: [
    {
      kind: 'role',
      name: 'pg_read_all_stats',
      without: 'partial',
      loses: 'of receivers that run as other roles only the pid and the role are visible',
    },
  ],
  row: closedObject({
    pid: numberKey('process id of the WAL sender'),
    usesysid: gauge('oid of the role'),
    usename: label('name of the role'),
    application_name: label('name the receiver gives itself'),
    client_addr: label('its address; null over a Unix socket'),
    client_hostname: label('its host name, where log_hostname is on'),
    client_port: gauge('its port; -1 over a Unix socket'),
    backend_start: time('when it connected'),
    backend_xmin: id('oldest transaction it asks to keep, with hot_standby_feedback'),
    backend_xmin_age: gauge('transactions begun since backend_xmin'),
    state: label('startup, catchup, streaming, backup or stopping'),
    sent_lsn: id('last WAL position sent'),
    write_lsn: id('last WAL position it wrote'),
    flush_lsn: id('last WAL position it flushed'),
    replay_lsn: id('last WAL position it replayed'),
    send_lag_bytes: gauge('bytes of WAL not sent yet'),
    write_lag_bytes: gauge('bytes of WAL it has not written yet'),
    flush_lag_bytes: gauge('bytes of WAL it has not flushed yet'),
    replay_lag_bytes: gauge('bytes of WAL it has not replayed yet'),
    write_lag_ms: gauge('milliseconds until it wrote recent WAL; null when it is idle and caught up'),
    flush_lag_ms: gauge('milliseconds until it flushed recent WAL; null when it is idle and caught up'),
    replay_lag_ms: gauge('milliseconds until it replayed recent WAL; null when it is idle and caught up'),
    sync_priority: gauge('its place in synchronous_standby_names; 0 for asynchronous'),
    sync_state: label('async, potential, sync or quorum'),
    reply_time: time('when it last replied, by its own clock'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
WITH here AS MATERIALIZED (
  SELECT CASE WHEN pg_catalog.to_regproc('pg_catalog.aurora_version') IS NOT NULL THEN NULL
              WHEN pg_catalog.pg_is_in_recovery()
              THEN coalesce(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
              ELSE pg_catalog.pg_current_wal_lsn() END AS lsn)
SELECT r.pid, r.usesysid, r.usename, r.application_name,
       pg_catalog.host(r.client_addr) AS client_addr, r.client_hostname, r.client_port, r.backend_start,
       r.backend_xmin::text AS backend_xmin, pg_catalog.age(r.backend_xmin) AS backend_xmin_age,
       r.state, r.sent_lsn::text AS sent_lsn, r.write_lsn::text AS write_lsn, r.flush_lsn::text AS flush_lsn,
       r.replay_lsn::text AS replay_lsn,
       pg_catalog.pg_wal_lsn_diff(h.lsn, r.sent_lsn) AS send_lag_bytes,
       pg_catalog.pg_wal_lsn_diff(h.lsn, r.write_lsn) AS write_lag_bytes,
       pg_catalog.pg_wal_lsn_diff(h.lsn, r.flush_lsn) AS flush_lag_bytes,
       pg_catalog.pg_wal_lsn_diff(h.lsn, r.replay_lsn) AS replay_lag_bytes,
       extract(epoch FROM r.write_lag)::float8 * 1000 AS write_lag_ms,
       extract(epoch FROM r.flush_lag)::float8 * 1000 AS flush_lag_ms,
       extract(epoch FROM r.replay_lag)::float8 * 1000 AS replay_lag_ms,
       r.sync_priority, r.sync_state, r.reply_time,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_replication AS r
 CROSS JOIN here AS h
 ORDER BY r.replay_lsn, r.pid
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
