import { closedObject, nullable, Type, type Static } from '../../core/schema.js';
import { document, flag, gauge, id, label, numberKey, query, time } from '../column.js';
import { defineSection } from '../section.js';

const held = Type.Array(
  closedObject({
    locktype: Type.String(),
    mode: Type.String(),
    relation_oid: nullable(Type.Number()),
    target: Type.String({ description: 'the thing, written as wait_target writes it' }),
  }),
);

/** The locks, each with a text that says which thing it is on. */
const LOCKS = /* sql */ `
WITH locks AS MATERIALIZED (
  SELECT coalesce(l.pid, 0) AS pid, l.locktype, l.database, l.relation, l.page, l.tuple, l.transactionid,
         l.classid, l.objid, l.objsubid, l.mode, l.granted,
         pg_catalog.concat_ws(':', l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid, l.transactionid,
                              l.classid, l.objid, l.objsubid) AS target,`;

/**
 * What was asked of whom: the things waited for, the edges, and who holds what others wait for. A thing is joined by
 * its text and once for all its waiters, since a queue of hundreds is what this is for. pg_blocking_pids() knows
 * nothing of the startup process; in recovery nobody else can ask for an AccessExclusiveLock, and all holders block it.
 * Who waits for the transaction that changed a row holds the lock on the row itself, which tells the row and its table.
 */
const MEMBERS = /* sql */ `
    FROM pg_catalog.pg_locks AS l),
waiting AS MATERIALIZED (
  SELECT w.pid, pg_catalog.pg_blocking_pids(w.pid) AS blockers
    FROM (SELECT DISTINCT l.pid FROM locks AS l WHERE NOT l.granted OFFSET 0) AS w),
edges AS MATERIALIZED (
  SELECT DISTINCT w.pid, b.pid AS blocker FROM waiting AS w CROSS JOIN LATERAL pg_catalog.unnest(w.blockers) AS b(pid)
  UNION
  SELECT w.pid, h.pid FROM locks AS w JOIN locks AS h ON h.target = w.target AND h.granted AND h.pid <> w.pid
   WHERE NOT w.granted AND w.locktype = 'relation' AND w.mode = 'AccessExclusiveLock'
     AND pg_catalog.pg_is_in_recovery()),
blocked AS MATERIALIZED (
  SELECT e.pid, pg_catalog.jsonb_agg(e.blocker ORDER BY e.blocker) AS pids FROM edges AS e GROUP BY e.pid),
blocking AS MATERIALIZED (
  SELECT e.blocker AS pid, pg_catalog.jsonb_agg(e.pid ORDER BY e.pid) AS pids FROM edges AS e GROUP BY e.blocker),
members AS (
  SELECT w.pid FROM waiting AS w UNION SELECT e.blocker FROM edges AS e),
wanted AS MATERIALIZED (
  SELECT w.target, pg_catalog.min(w.pid) AS first_pid, pg_catalog.max(w.pid) AS last_pid
    FROM locks AS w WHERE NOT w.granted GROUP BY w.target),
held AS MATERIALIZED (
  SELECT h.pid, pg_catalog.jsonb_agg(DISTINCT pg_catalog.jsonb_build_object(
           'locktype', h.locktype, 'mode', h.mode, 'relation_oid', h.relation::int8, 'target', h.target)) AS held
    FROM locks AS h
    JOIN wanted AS w ON w.target = h.target AND (w.first_pid <> h.pid OR w.last_pid <> h.pid)
   WHERE h.granted
   GROUP BY h.pid),
wishes AS MATERIALIZED (
  SELECT DISTINCT ON (w.pid) w.pid, w.locktype, w.mode, w.transactionid, w.classid, w.objid, w.objsubid, w.target,
         w.waitstart, coalesce(w.database, r.database) AS database, coalesce(w.relation, r.relation) AS relation,
         CASE WHEN w.locktype = 'tuple' THEN pg_catalog.format('(%s,%s)', w.page, w.tuple)
              WHEN r.pid IS NOT NULL THEN pg_catalog.format('(%s,%s)', r.page, r.tuple) END AS line
    FROM locks AS w
    LEFT JOIN locks AS r ON r.pid = w.pid AND r.locktype = 'tuple' AND r.granted AND w.locktype = 'transactionid'
   WHERE NOT w.granted
   ORDER BY w.pid)
SELECT m.pid, coalesce(b.pids, '[]') AS blocked_by, coalesce(g.pids, '[]') AS blocks,
       w.pid IS NULL AS is_root,
       w.locktype AS wait_locktype, w.mode AS wait_mode, d.datname AS wait_database,
       w.relation AS wait_relation_oid, w.line AS wait_row,
       CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END AS wait_relation,
       w.transactionid::text AS wait_transactionid,
       w.classid || ':' || w.objid || ':' || w.objsubid AS wait_object,
       w.target AS wait_target, w.waitstart AS wait_start,
       extract(epoch FROM t.now - w.waitstart)::float8 * 1000 AS wait_ms,
       coalesce(h.held, '[]') AS held,
       a.datname, a.usename, a.application_name, pg_catalog.host(a.client_addr) AS client_addr, a.backend_type,
       a.state, a.wait_event_type, a.wait_event, a.xact_start,
       extract(epoch FROM t.now - a.xact_start)::float8 * 1000 AS xact_age_ms,
       extract(epoch FROM t.now - a.state_change)::float8 * 1000 AS state_age_ms,
       a.query_start, extract(epoch FROM t.now - a.query_start)::float8 * 1000 AS query_age_ms,
       a.backend_xid::text AS backend_xid,
       NULLIF(a.query, '<insufficient privilege>') AS query,`;

const FROM = /* sql */ `
  FROM members AS m
 CROSS JOIN (SELECT pg_catalog.clock_timestamp() AS now OFFSET 0) AS t
  LEFT JOIN blocked AS b ON b.pid = m.pid
  LEFT JOIN blocking AS g ON g.pid = m.pid
  LEFT JOIN wishes AS w ON w.pid = m.pid
  LEFT JOIN pg_catalog.pg_database AS d ON d.oid = w.database
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = w.relation
        AND (w.database = 0 OR d.datname = pg_catalog.current_database())
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN held AS h ON h.pid = m.pid
  LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = m.pid
 ORDER BY w.pid IS NOT NULL, w.waitstart, a.query_start, m.pid`;

const NO_START = 'NULL::timestamptz AS waitstart';

function variant(since: number, waitStart: string, leader: string) {
  return { since, sql: `${LOCKS} ${waitStart}${MEMBERS} ${leader} AS leader_pid${FROM}` };
}

const row = closedObject({
  pid: numberKey('process id; 0 stands for prepared transactions (see pg_prepared_xacts)'),
  blocked_by: document(Type.Array(Type.Number()), 'pids it waits for, ascending; empty for a root'),
  blocks: document(Type.Array(Type.Number()), 'pids that wait for it directly, ascending'),
  is_root: flag('true where it blocks others and waits for no lock itself'),
  wait_locktype: label('kind of thing it waits to lock: relation, transactionid, tuple, advisory …'),
  wait_mode: label('lock mode it waits for'),
  wait_database: label('database of that thing; null for shared objects and those of no database'),
  wait_relation_oid: gauge('oid of the relation it waits for, or over a row of which'),
  wait_row: label('block and line of the row that it waits for, or over which it waits for a transaction'),
  wait_relation: label('that relation as SQL writes it; null in other databases than the connected one'),
  wait_transactionid: id('transaction it waits for'),
  wait_object: label('classid:objid:objsubid of an advisory lock or other object it waits for'),
  wait_target: label('that thing, all of what pg_locks tells of it: the same for all who hold or await it'),
  wait_start: time('when it began to wait, since 14; null in the first moments'),
  wait_ms: gauge('milliseconds since wait_start'),
  held: document(held, 'locks it holds on things that others wait to lock'),
  datname: label('database it is connected to'),
  usename: label('its role'),
  application_name: label('what the client calls itself'),
  client_addr: label('address of the client; null over a Unix socket'),
  leader_pid: gauge('pid of the parallel group’s leader, since 13'),
  backend_type: label('client backend, autovacuum worker …'),
  state: label('active, idle in transaction …'),
  wait_event_type: label('what kind of thing it waits for'),
  wait_event: label('what it waits for'),
  xact_start: time('when its transaction started'),
  xact_age_ms: gauge('milliseconds since then'),
  state_age_ms: gauge('milliseconds since its state last changed'),
  query_start: time('when its running or last query started'),
  query_age_ms: gauge('milliseconds since then'),
  backend_xid: id('its transaction id, when it has one'),
  query: query('its running or last query'),
});
export type LockRow = Static<typeof row>;

/**
 * The blocking forest: every backend that waits for a lock or blocks one that does, as edges `blocked_by`.
 * pg_blocking_pids() knows the lock queue (a waiter blocks those behind it) and parallel groups, which no join of
 * pg_locks with itself does; it holds the lock manager up for a moment, so it is called once for each waiting backend
 * (a backend has at most one lock that is not granted) and for nobody else. Prepared transactions block as pid 0.
 * pg_locks itself is visible to every role; a blocker may be gone, or stop blocking, while the statement runs.
 */
export const pgLocks = defineSection({
  id: 'pg_locks',
  title: 'Who waits for a lock, who blocks whom, and the roots of each chain',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'roots first, then the longest waiting',
  needs: [
    {
      kind: 'role',
      name: 'pg_read_all_stats',
      without: 'partial',
      loses: 'states, queries and ages of other roles’ sessions are hidden (who blocks whom is not)',
    },
  ],
  row,
  variants: [
    variant(12, NO_START, 'NULL::int4'),
    variant(13, NO_START, 'a.leader_pid'),
    variant(14, 'l.waitstart', 'a.leader_pid'),
  ],
});
