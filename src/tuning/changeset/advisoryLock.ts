import type { Clock } from '../../core/clock.js';
import { PgdbaError } from '../../core/errors.js';
import type { Session } from '../../db/session.js';

export interface AdvisoryWish {
  /** Reach.openSession */
  readonly openSession: (wish: { readonly database?: string; readonly purpose: 'write' }) => Promise<Session>;
  /** ServerFacts.startedAt of the server that was planned on: the lock must be taken on that one and no other. */
  readonly startedAt: string;
  /** How long to wait for a holder, milliseconds. */
  readonly waitMs: number;
  readonly clock: Clock;
  /** Ends the waiting with its reason. */
  readonly signal: AbortSignal;
  /** Run.warn; told `lock_database` when the lock could not be taken in the database postgres. */
  readonly warn: (code: string, message: string, more: { hint?: string; subject?: string }) => void;
}

/** The lock against pgdba on other machines; it lives as long as its session, over which every write goes. */
export interface AdvisoryLock {
  /** One backend, `purpose: 'write'`. When it dies the lock is gone, and so is the way to write. */
  readonly session: Session;
  /** Where the lock was taken. */
  readonly database: string;
  /** Gives the lock back and closes the session. Never rejects. */
  release(): Promise<void>;
}

/** Advisory locks count within one database, so that all pgdba must meet in the same one. */
const LOCK_DATABASE = 'postgres';

/** The first eight bytes of SHA-256('pgdba config') as int8; in pg_locks classid 1169877232, objid 1474758200. */
const KEY = '5024584453249762872';

/** Between two looks at a lock that somebody else holds. */
const LOOK_EVERY_MS = 200;

const TRY = /* sql */ `SELECT pg_catalog.pg_try_advisory_lock($1::int8) AS locked`;

/** Some servers end idle sessions (14 and later), and ours waits for verification, confirmation and people. */
const STAY = /* sql */ `SELECT pg_catalog.set_config('idle_session_timeout', '0', false) AS idle_session_timeout`;

const UNLOCK = /* sql */ `SELECT pg_catalog.pg_advisory_unlock($1::int8) AS unlocked`;

/** A server that does not answer gives the lock back when it notices that we are gone. */
const UNLOCK_WITHIN_MS = 1_000;

const STARTED = /* sql */ `SELECT pg_catalog.to_json(pg_catalog.pg_postmaster_start_time()) #>> '{}' AS started_at`;

const HOLDER = /* sql */ `
SELECT l.pid, a.application_name, pg_catalog.host(a.client_addr) AS client_addr, a.backend_start::text AS backend_start
  FROM pg_catalog.pg_locks AS l
  LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
 WHERE l.locktype = 'advisory' AND l.granted
   AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
   AND l.classid = ($1::int8 >> 32)::oid AND l.objid = ($1::int8 & 4294967295)::oid AND l.objsubid = 1
 ORDER BY l.pid
 LIMIT 1`;

/**
 * Opens the session that writes, and takes the advisory lock over it, in the database postgres or else in the one
 * that the command connects to.
 * @throws PgdbaError `lock_held`, naming the holder, also in details {pid, application_name, client_addr, database};
 * `node_mismatch` when the session reached another server than the plan; `transaction_pooler`; those of connecting
 */
export async function takeAdvisoryLock(wish: AdvisoryWish): Promise<AdvisoryLock> {
  const session = await openForWriting(wish);
  const { database } = session.connection;
  const release = async (): Promise<void> => {
    // Awaited, because a backend that we only leave still holds the lock for a moment.
    const unlocked = rowOf(session, UNLOCK, [KEY]).catch(() => undefined);
    await Promise.race([unlocked, wish.clock.sleep(UNLOCK_WITHIN_MS)]);
    await session.close().catch(() => undefined);
  };
  try {
    await requireSameServer(session, wish.startedAt);
    if (session.connection.serverVersionNum >= 140_000) await session.send({ sql: STAY });
    await waitForLock(session, wish);
    return { session, database, release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function openForWriting(wish: AdvisoryWish): Promise<Session> {
  try {
    return await wish.openSession({ database: LOCK_DATABASE, purpose: 'write' });
  } catch (error) {
    if (!(error instanceof PgdbaError) || !isClosedToUs(error)) throw error;
    const session = await wish.openSession({ purpose: 'write' });
    const { database } = session.connection;
    wish.warn(
      'lock_database',
      `the lock against other machines is taken in the database ${database}, because ${LOCK_DATABASE} does not let this role in`,
      {
        hint: `A pgdba that may connect to ${LOCK_DATABASE} does not see it: GRANT CONNECT ON DATABASE ${LOCK_DATABASE}, or let every pgdba connect to ${database}.`,
        subject: LOCK_DATABASE,
      },
    );
    return session;
  }
}

/** object_not_in_prerequisite_state: the database takes no connections at all (datallowconn). */
const NO_CONNECTIONS = '55000';

/** Whether it is the database that is closed; were it the server, the next try says so. */
function isClosedToUs(error: PgdbaError): boolean {
  return ['auth_failed', 'database_not_found'].includes(error.code) || error.sqlstate === NO_CONNECTIONS;
}

/** Several hosts in one connection string may lead to another server each time. */
async function requireSameServer(session: Session, startedAt: string): Promise<void> {
  const [found] = await rowOf(session, STARTED, []);
  if (found === startedAt) return;
  const { host, port } = session.connection.endpoint;
  throw new PgdbaError(
    'node_mismatch',
    `${host}:${String(port)} is another server than the one the plan was made on, or was restarted since`,
  );
}

async function waitForLock(session: Session, wish: AdvisoryWish): Promise<void> {
  const until = wish.clock.monotonicMs() + wish.waitMs;
  for (;;) {
    wish.signal.throwIfAborted();
    const [locked] = await rowOf(session, TRY, [KEY]);
    if (locked === 't') return;
    if (wish.clock.monotonicMs() >= until) throw await heldBy(session);
    await wish.clock.sleep(LOOK_EVERY_MS, wish.signal);
  }
}

async function heldBy(session: Session): Promise<PgdbaError> {
  const [pid, applicationName, clientAddr, since] = await rowOf(session, HOLDER, [KEY]);
  const { database } = session.connection;
  // It may be gone by the time we look; then all we know is that it was there.
  const who =
    pid == null
      ? 'another session'
      : `backend ${pid} (${applicationName ?? ''}, from ${clientAddr ?? 'a local socket'})`;
  return new PgdbaError('lock_held', `${who} holds pgdba’s advisory lock in the database ${database}`, {
    details: {
      pid: pid == null ? null : Number(pid),
      application_name: applicationName ?? null,
      client_addr: clientAddr ?? null,
      database,
      since: since ?? null,
    },
  });
}

async function rowOf(
  session: Session,
  sql: string,
  params: readonly string[],
): Promise<readonly (string | null)[]> {
  return (await session.send({ sql, params })).rows[0] ?? [];
}
