import { closedObject } from '../../core/schema.js';
import { flag, gauge, id, label, numberKey, query, time } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_stat_activity: every process of the server but our own. Of other roles' processes a role without
 * pg_read_all_stats sees pid, database and user only; the server then writes `<insufficient privilege>` as query.
 */
export const pgStatActivity = defineSection({
  id: 'pg_stat_activity',
  title: 'What every process of the server is doing, and for how long',
  scope: 'cluster',
  reads: 'live',
  parameters: ['limit'],
  order: 'oldest transaction first, then the oldest processes',
  needs: [
    {
      kind: 'role',
      name: 'pg_read_all_stats',
      without: 'partial',
      loses:
        'query texts, states, waits, ages and clients of other roles’ sessions are hidden (their rows have visible = false)',
    },
    {
      kind: 'setting',
      name: 'track_activities',
      without: 'partial',
      loses: 'states, queries and their times are not recorded',
    },
  ],
  row: closedObject({
    pid: numberKey('process id'),
    backend_start: time('when the process started; with pid it names one process for good'),
    visible: flag('false where this role may see no more than pid, database and user'),
    backend_type: label('client backend, autovacuum worker, walsender, checkpointer …'),
    datid: gauge('oid of the database; null for processes that serve none'),
    datname: label('name of the database'),
    usesysid: gauge('oid of the role'),
    usename: label('name of the role'),
    application_name: label('what the client calls itself'),
    client_addr: label('address of the client; null over a Unix socket'),
    client_hostname: label('host name of the client, where log_hostname is on'),
    client_port: gauge('port of the client; -1 over a Unix socket'),
    leader_pid: gauge('pid of the parallel group’s leader, since 13'),
    state: label(
      'active, idle, idle in transaction, idle in transaction (aborted), fastpath function call, disabled',
    ),
    wait_event_type: label('what kind of thing it waits for'),
    wait_event: label('what it waits for'),
    xact_start: time('when its transaction started'),
    query_start: time('when its running or last query started'),
    state_change: time('when its state last changed'),
    backend_age_ms: gauge('milliseconds since the process started'),
    xact_age_ms: gauge('milliseconds since its transaction started'),
    query_age_ms: gauge('milliseconds since its running or last query started'),
    state_age_ms: gauge('milliseconds since its state changed'),
    backend_xid: id('its transaction id, when it has one'),
    backend_xid_age: gauge('transactions begun since backend_xid'),
    backend_xmin: id('the oldest transaction its snapshot still needs: what it keeps vacuum from removing'),
    backend_xmin_age: gauge('transactions begun since backend_xmin'),
    query_id: id(
      'identifier of the query as in pg_stat_statements, since 14; null when compute_query_id is off',
    ),
    query: query('its running or last query, cut at track_activity_query_size'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT a.pid, a.backend_start,
       a.query IS DISTINCT FROM '<insufficient privilege>' AS visible,
       a.backend_type, a.datid, a.datname, a.usesysid, a.usename, a.application_name,
       pg_catalog.host(a.client_addr) AS client_addr, a.client_hostname, a.client_port,
       NULL::int4 AS leader_pid,
       a.state, a.wait_event_type, a.wait_event, a.xact_start, a.query_start, a.state_change,
       extract(epoch FROM t.now - a.backend_start)::float8 * 1000 AS backend_age_ms,
       extract(epoch FROM t.now - a.xact_start)::float8 * 1000 AS xact_age_ms,
       extract(epoch FROM t.now - a.query_start)::float8 * 1000 AS query_age_ms,
       extract(epoch FROM t.now - a.state_change)::float8 * 1000 AS state_age_ms,
       a.backend_xid::text AS backend_xid, pg_catalog.age(a.backend_xid) AS backend_xid_age,
       a.backend_xmin::text AS backend_xmin, pg_catalog.age(a.backend_xmin) AS backend_xmin_age,
       NULL::text AS query_id,
       NULLIF(a.query, '<insufficient privilege>') AS query,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_activity AS a
 CROSS JOIN (SELECT pg_catalog.clock_timestamp() AS now OFFSET 0) AS t
 WHERE a.pid <> pg_catalog.pg_backend_pid()
 ORDER BY a.xact_start, a.backend_start, a.pid
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 13,
      sql: /* sql */ `
SELECT a.pid, a.backend_start,
       a.query IS DISTINCT FROM '<insufficient privilege>' AS visible,
       a.backend_type, a.datid, a.datname, a.usesysid, a.usename, a.application_name,
       pg_catalog.host(a.client_addr) AS client_addr, a.client_hostname, a.client_port,
       a.leader_pid,
       a.state, a.wait_event_type, a.wait_event, a.xact_start, a.query_start, a.state_change,
       extract(epoch FROM t.now - a.backend_start)::float8 * 1000 AS backend_age_ms,
       extract(epoch FROM t.now - a.xact_start)::float8 * 1000 AS xact_age_ms,
       extract(epoch FROM t.now - a.query_start)::float8 * 1000 AS query_age_ms,
       extract(epoch FROM t.now - a.state_change)::float8 * 1000 AS state_age_ms,
       a.backend_xid::text AS backend_xid, pg_catalog.age(a.backend_xid) AS backend_xid_age,
       a.backend_xmin::text AS backend_xmin, pg_catalog.age(a.backend_xmin) AS backend_xmin_age,
       NULL::text AS query_id,
       NULLIF(a.query, '<insufficient privilege>') AS query,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_activity AS a
 CROSS JOIN (SELECT pg_catalog.clock_timestamp() AS now OFFSET 0) AS t
 WHERE a.pid <> pg_catalog.pg_backend_pid()
 ORDER BY a.xact_start, a.backend_start, a.pid
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 14,
      sql: /* sql */ `
SELECT a.pid, a.backend_start,
       a.query IS DISTINCT FROM '<insufficient privilege>' AS visible,
       a.backend_type, a.datid, a.datname, a.usesysid, a.usename, a.application_name,
       pg_catalog.host(a.client_addr) AS client_addr, a.client_hostname, a.client_port,
       a.leader_pid,
       a.state, a.wait_event_type, a.wait_event, a.xact_start, a.query_start, a.state_change,
       extract(epoch FROM t.now - a.backend_start)::float8 * 1000 AS backend_age_ms,
       extract(epoch FROM t.now - a.xact_start)::float8 * 1000 AS xact_age_ms,
       extract(epoch FROM t.now - a.query_start)::float8 * 1000 AS query_age_ms,
       extract(epoch FROM t.now - a.state_change)::float8 * 1000 AS state_age_ms,
       a.backend_xid::text AS backend_xid, pg_catalog.age(a.backend_xid) AS backend_xid_age,
       a.backend_xmin::text AS backend_xmin, pg_catalog.age(a.backend_xmin) AS backend_xmin_age,
       a.query_id::text AS query_id,
       NULLIF(a.query, '<insufficient privilege>') AS query,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_activity AS a
 CROSS JOIN (SELECT pg_catalog.clock_timestamp() AS now OFFSET 0) AS t
 WHERE a.pid <> pg_catalog.pg_backend_pid()
 ORDER BY a.xact_start, a.backend_start, a.pid
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
