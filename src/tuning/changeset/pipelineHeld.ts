import type { ClusterIdentity } from '../../cluster/identity.js';
import { meetServer, type Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import type { Session } from '../../db/session.js';
import { meetConfigured, type Configuration } from '../configuration.js';
import { HOST_FUNCTIONS } from '../host/sqlReader.js';
import { underBothLocks, type Locks, type LockReason } from './bothLocks.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import { requireSameServer } from './verifyServer.js';

/** A server as one look showed it. */
export interface Sight {
  readonly server: Server;
  readonly configuration: Configuration;
  readonly identity: ClusterIdentity;
}

/** Both locks, and what the server looks like under them. */
export type Held = Sight & Locks;

/**
 * Looks at the server and its configuration over a session of its own.
 * @param work may go on reading in its snapshot
 * @throws PgdbaError of connecting and reading, `fingerprint_mismatch`, `transaction_pooler`
 */
export function withSight<T>(around: ChangeSurroundings, work: (sight: Sight) => Promise<T>): Promise<T> {
  const questions = { functions: HOST_FUNCTIONS, settings: [] };
  const meet = (session: Session): Promise<Pick<Sight, 'server' | 'configuration'>> =>
    meetConfigured(session, questions);
  return withMet(meet, around, work);
}

/** Which cluster a server is of, and when it started: a look that reads no configuration. @throws as {@link withSight} */
export function whichServer(
  around: ChangeSurroundings,
): Promise<{ readonly fingerprint: string; readonly startedAt: string }> {
  const meet = async (session: Session): Promise<Pick<Sight, 'server'>> => {
    return { server: await meetServer(session, { functions: [], settings: [] }) };
  };
  return withMet(meet, around, ({ identity, server }) =>
    Promise.resolve({ fingerprint: identity.fingerprint, startedAt: server.facts.startedAt }),
  );
}

async function withMet<S extends Pick<Sight, 'server'>, T>(
  meet: (session: Session) => Promise<S>,
  around: ChangeSurroundings,
  work: (met: S & Pick<Sight, 'identity'>) => Promise<T>,
): Promise<T> {
  const session = await around.openSession({ purpose: 'settings' });
  try {
    const met = await meet(session);
    if (session.pooled)
      throw new PgdbaError('transaction_pooler', 'a pooler stands between pgdba and the server');
    const identity = await met.server.identity;
    await around.met(met.server, identity);
    return await work({ ...met, identity });
  } finally {
    await session.close();
  }
}

/**
 * Runs `work` under the cluster's file lock and the server's advisory lock; the server is looked at again under them.
 * @throws PgdbaError `lock_held`, `node_mismatch`, `transaction_pooler`, `state_unusable`; of connecting; what `work` throws
 */
export async function underLocks<T>(
  reason: LockReason,
  around: ChangeSurroundings,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const { openSession } = around;
  const { fingerprint, startedAt } = await whichServer(around);
  return underBothLocks(reason, { fingerprint, startedAt, openSession }, around, (locks) =>
    withSight(around, (sight) => {
      requireSameServer(sight.server, startedAt);
      return work({ ...sight, ...locks });
    }),
  );
}
