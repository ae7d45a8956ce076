import { closedObject, Type, type Static } from '../../core/schema.js';
import { document, flag, gauge, id, key, label, numberKey, query, time } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';

const sessionRow = closedObject({
  pid: numberKey('process id'),
  blocked_by: document(Type.Array(Type.Number()), 'pids that its SERIALIZABLE DEFERRABLE snapshot waits for'),
  is_long: flag('whether its transaction is as old as was asked for'),
  datname: label('database'),
  usename: label('role'),
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
  backend_xid: id('its transaction id'),
  backend_xmin_age: gauge('transactions begun since the oldest one its snapshot needs'),
  query: query('its running or last query'),
});
export type SessionRow = Static<typeof sessionRow>;

/** @param leader the column that tells a parallel worker’s leader */
function sessionsSql(leader: string): string {
  return `
WITH activity AS MATERIALIZED (
  SELECT a.*, ${leader} AS leader,
         extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8 * 1000 AS xact_age_ms,
         CASE WHEN a.wait_event = 'SafeSnapshot' THEN pg_catalog.pg_safe_snapshot_blocking_pids(a.pid)
              ELSE '{}' END AS blockers
    FROM pg_catalog.pg_stat_activity AS a
   WHERE a.pid <> pg_catalog.pg_backend_pid()),
awaited AS MATERIALIZED (
  SELECT DISTINCT b.pid FROM activity AS a CROSS JOIN LATERAL pg_catalog.unnest(a.blockers) AS b(pid))
SELECT a.pid, pg_catalog.to_jsonb(a.blockers) AS blocked_by, l.is_long,
       a.datname, a.usename, a.application_name, pg_catalog.host(a.client_addr) AS client_addr,
       a.leader AS leader_pid, a.backend_type, a.state, a.wait_event_type, a.wait_event, a.xact_start, a.xact_age_ms,
       extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change)::float8 * 1000 AS state_age_ms,
       a.query_start, extract(epoch FROM pg_catalog.clock_timestamp() - a.query_start)::float8 * 1000 AS query_age_ms,
       a.backend_xid::text AS backend_xid, pg_catalog.age(a.backend_xmin) AS backend_xmin_age,
       NULLIF(a.query, '<insufficient privilege>') AS query
  FROM activity AS a
 CROSS JOIN LATERAL (
       SELECT coalesce(a.xact_age_ms >= CASE WHEN a.state LIKE 'idle in transaction%' THEN $2::float8 ELSE $1::float8 END,
                       false) AS is_long) AS l
 WHERE l.is_long OR a.blockers <> '{}' OR a.backend_type = 'startup' OR a.pid IN (SELECT w.pid FROM awaited AS w)
 ORDER BY a.xact_start, a.pid`;
}

/**
 * Sessions whose transaction is old, those that wait for a safe snapshot with whom they wait for, and the startup
 * process of a standby. pg_safe_snapshot_blocking_pids() is called for those that wait, and for nobody else.
 */
export const lockSessions = defineSection({
  id: 'pg_stat_activity',
  title: 'Long transactions and waits for a safe snapshot',
  scope: 'cluster',
  reads: 'live',
  parameters: ['given:running_ms', 'given:idle_ms'],
  order: 'oldest transaction first',
  needs: [
    {
      kind: 'role',
      name: 'pg_read_all_stats',
      without: 'partial',
      loses: 'long transactions and waits for a safe snapshot of other roles’ sessions are hidden',
    },
  ],
  row: sessionRow,
  variants: [
    { since: 12, sql: sessionsSql('NULL::int4') },
    { since: 13, sql: sessionsSql('a.leader_pid') },
  ],
});

const preparedRow = closedObject({
  gid: key('name given in PREPARE TRANSACTION'),
  transaction: id('its transaction id'),
  prepared: time('when it was prepared'),
  prepared_age_ms: gauge('milliseconds since then'),
  owner: label('role that prepared it'),
  database: label('database it belongs to'),
  held: document(
    Type.Array(closedObject({ mode: Type.String(), target: Type.String() })),
    'locks it holds on things that somebody waits to lock',
  ),
});
export type PreparedRow = Static<typeof preparedRow>;

/**
 * Prepared transactions with what they hold that others want. Their locks have no process; what ties the locks of one
 * together is its virtual transaction, and the lock on its own transaction id tells which one it is.
 */
export const preparedLocks = defineSection({
  id: 'pg_prepared_xacts',
  title: 'Prepared transactions and the locks that others wait for',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'oldest first',
  needs: [],
  row: preparedRow,
  variants: [
    {
      since: 12,
      sql: /* sql */ `
WITH prepared AS MATERIALIZED (
  SELECT p.* FROM pg_catalog.pg_prepared_xacts AS p),
locks AS MATERIALIZED (
  SELECT l.pid, l.virtualtransaction, l.locktype, l.transactionid, l.mode, l.granted,
         pg_catalog.concat_ws(':', l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid, l.transactionid,
                              l.classid, l.objid, l.objsubid) AS target
    FROM pg_catalog.pg_locks AS l
   WHERE EXISTS (SELECT FROM prepared)),
owned AS MATERIALIZED (
  SELECT o.transactionid::text AS transaction, pg_catalog.jsonb_agg(DISTINCT pg_catalog.jsonb_build_object(
           'mode', h.mode, 'target', h.target)) AS held
    FROM locks AS o
    JOIN locks AS h ON h.pid IS NULL AND h.virtualtransaction = o.virtualtransaction
   WHERE o.pid IS NULL AND o.locktype = 'transactionid'
     AND h.target IN (SELECT w.target FROM locks AS w WHERE NOT w.granted)
   GROUP BY o.transactionid::text)
SELECT p.gid, p.transaction::text AS transaction, p.prepared,
       extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared)::float8 * 1000 AS prepared_age_ms,
       p.owner, p.database, coalesce(o.held, '[]') AS held
  FROM prepared AS p
  LEFT JOIN owned AS o ON o.transaction = p.transaction::text
 ORDER BY p.prepared, p.gid`,
    },
  ],
});
