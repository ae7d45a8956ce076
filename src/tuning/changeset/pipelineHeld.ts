import type { ClusterIdentity } from '../../cluster/identity.js';
import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import { meetConfigured, type Configuration } from '../configuration.js';
import { HOST_FUNCTIONS } from '../host/sqlReader.js';
import { takeAdvisoryLock, type AdvisoryLock } from './advisoryLock.js';
import { acquireClusterLock, type ClusterLock } from './clusterLock.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import { ChangeSetStore } from './store.js';
import { requireSameServer } from './verifyServer.js';

/** A server as one look showed it. */
export interface Sight {
  readonly server: Server;
  readonly configuration: Configuration;
  readonly identity: ClusterIdentity;
}

/** Both locks, and what the server looks like under them. */
export interface Held extends Sight {
  readonly store: ChangeSetStore;
  readonly lock: ClusterLock;
  readonly writer: AdvisoryLock;
}

/** What the locks are taken for. */
interface LockReason {
  /** The changeset that is worked on, chosen before the lock is there. */
  readonly changesetId: (store: ChangeSetStore) => Promise<string>;
  /** For both locks together, milliseconds. */
  readonly waitMs: number;
  /** Awaited once no other pgdba of this host can be at work, and before the server is asked for its lock. */
  readonly first?: (fingerprint: string) => Promise<void>;
}

/** The file lock is free as soon as its holder has ended; the server needs a moment more to see that it has. */
const GRACE_AFTER_END_MS = 2_000;

/**
 * Looks at the server over a session of its own.
 * @param work may go on reading in its snapshot
 * @throws PgdbaError of connecting and reading, `fingerprint_mismatch`, `transaction_pooler`
 */
export async function withSight<T>(
  around: ChangeSurroundings,
  work: (sight: Sight) => Promise<T>,
): Promise<T> {
  const session = await around.openSession({ purpose: 'settings' });
  try {
    const { server, configuration } = await meetConfigured(session, {
      functions: HOST_FUNCTIONS,
      settings: [],
    });
    if (session.pooled)
      throw new PgdbaError('transaction_pooler', 'a pooler stands between pgdba and the server');
    const identity = await server.identity;
    await around.met(server, identity);
    return await work({ server, configuration, identity });
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
  const { clock, stopped } = around;
  const until = clock.monotonicMs() + reason.waitMs;
  const left = (): number => Math.max(0, until - clock.monotonicMs());
  const { fingerprint, startedAt } = await withSight(around, ({ identity, server }) =>
    Promise.resolve({ fingerprint: identity.fingerprint, startedAt: server.facts.startedAt }),
  );
  const store = new ChangeSetStore(around.home, fingerprint);
  const lock = await acquireClusterLock(store.folder, {
    operation: around.command,
    changesetId: await reason.changesetId(store),
    waitMs: left(),
    clock,
    signal: stopped,
  });
  try {
    await reason.first?.(fingerprint);
    const writer = await takeAdvisoryLock({
      openSession: around.openSession,
      startedAt,
      waitMs: left() + GRACE_AFTER_END_MS,
      clock,
      signal: stopped,
      warn: around.warn,
    });
    try {
      return await withSight(around, (sight) => {
        requireSameServer(sight.server, startedAt);
        return work({ ...sight, store, lock, writer });
      });
    } finally {
      await writer.release();
    }
  } finally {
    await lock.release();
  }
}
