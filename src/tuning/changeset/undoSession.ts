import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import type { Session } from '../../db/session.js';
import { meetConfigured } from '../configuration.js';
import { takeAdvisoryLock, type AdvisoryLock } from './advisoryLock.js';
import type { Work } from './executeWork.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import { requireTarget } from './target.js';

/** A server that restarts is back by then, or it will take minutes; a person then decides. */
const WITHIN_MS = 20_000;
const TRY_EVERY_MS = 500;
/** Our old session holds the lock until the server has noticed that it is gone. */
const LOCK_WAIT_MS = 5_000;

/** Ends what a session of ours that we lost is doing, unless its process id serves somebody else by now. */
const END_LOST = /* sql */ `
SELECT pg_catalog.pg_terminate_backend(a.pid) AS ended
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.pid = $1 AND a.usename = CURRENT_USER AND a.application_name = $2`;

/** A session that is not the run's, when the server that it leads to started, and what ends it. */
interface NewWay {
  readonly session: Session;
  readonly startedAt: string;
  readonly until: AbortSignal;
}

/**
 * Runs `work` over a new session that holds the advisory lock: once it does, the old session is gone for certain and no
 * statement of it can come in between. Tries again while the server cannot be reached; the run's own end does not end it.
 * @throws PgdbaError of connecting, when it was tried for twenty seconds; `node_mismatch`; what `work` throws
 */
export async function overNewSession(
  lost: Pick<Work, 'writer' | 'changeSet'>,
  around: ChangeSurroundings,
  work: (way: NewWay) => Promise<void>,
): Promise<void> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => {
    giveUp.abort(new PgdbaError('connection_lost', 'the server gave no answer for 20 s'));
  }, WITHIN_MS);
  const until = giveUp.signal;
  try {
    for (;;) {
      const failed = await once(lost, around, until, work);
      if (failed === null) return;
      if (!failed.retryable || until.aborted) throw failed;
      await around.clock.sleep(TRY_EVERY_MS, until);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Null when it went well. @throws what is no PgdbaError */
async function once(
  lost: Pick<Work, 'writer' | 'changeSet'>,
  around: ChangeSurroundings,
  until: AbortSignal,
  work: (way: NewWay) => Promise<void>,
): Promise<PgdbaError | null> {
  let writer: AdvisoryLock | undefined;
  try {
    const { startedAt } = await endLost(lost, around, until);
    writer = await takeAdvisoryLock({
      openSession: (wish) => around.openSession({ ...wish, until }),
      startedAt,
      waitMs: LOCK_WAIT_MS,
      clock: around.clock,
      signal: until,
      warn: around.warn,
    });
    await work({ session: writer.session, startedAt, until });
    return null;
  } catch (error) {
    if (error instanceof PgdbaError) return error;
    throw error;
  } finally {
    await writer?.release();
  }
}

/** Makes sure that it is the same node that answers, and that the lost session does nothing any more. */
async function endLost(
  { writer, changeSet }: Pick<Work, 'writer' | 'changeSet'>,
  around: ChangeSurroundings,
  until: AbortSignal,
): Promise<Server['facts']> {
  const session = await around.openSession({ purpose: 'settings', until });
  try {
    const { server } = await meetConfigured(session);
    const { fingerprint, node } = changeSet;
    await requireTarget(server, { id: null, changes: [], fingerprint, node });
    await server.snapshot.read({
      sql: END_LOST,
      params: [writer.session.connection.backendPid, `pgdba/${around.command}`],
    });
    return server.facts;
  } finally {
    await session.close();
  }
}
