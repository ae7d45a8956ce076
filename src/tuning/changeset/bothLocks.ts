import { takeAdvisoryLock, type AdvisoryLock } from './advisoryLock.js';
import { acquireClusterLock, type ClusterLock } from './clusterLock.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import { ChangeSetStore } from './store.js';

/** What the locks are taken for. */
export interface LockReason {
  /** The changeset that is worked on, chosen before the lock is there. */
  readonly changesetId: (store: ChangeSetStore) => Promise<string>;
  /** For both locks together, milliseconds. */
  readonly waitMs: number;
  /** Awaited once no other pgdba of this host can be at work, and before the server is asked for its lock. */
  readonly first?: (fingerprint: string) => Promise<void>;
}

/** Whose locks they are. */
interface Guarded {
  readonly fingerprint: string;
  /** When the server started that the advisory lock is taken on, and the way to it. */
  readonly startedAt: string;
  readonly openSession: ChangeSurroundings['openSession'];
}

/** Both locks, and where what is done under them is written down. */
export interface Locks {
  readonly store: ChangeSetStore;
  readonly lock: ClusterLock;
  readonly writer: AdvisoryLock;
}

/** The file lock is free as soon as its holder has ended; the server needs a moment more to see that it has. */
const GRACE_AFTER_END_MS = 2_000;

/**
 * Runs `work` under the cluster's file lock, which keeps other runs of this host out, and the advisory lock of a server,
 * which keeps out those of other hosts.
 * @param last comes when `work` is done, still under the file lock; the advisory lock is gone by then
 * @throws PgdbaError `lock_held`, `node_mismatch`, `state_unusable`; of connecting; what `work` throws
 */
export async function underBothLocks<T>(
  { changesetId, waitMs, first }: LockReason,
  { fingerprint, startedAt, openSession }: Guarded,
  around: ChangeSurroundings,
  work: (locks: Locks) => Promise<T>,
  last: (done: T) => Promise<T> = (done) => Promise.resolve(done),
): Promise<T> {
  const { clock, stopped, warn } = around;
  const until = clock.monotonicMs() + waitMs;
  const left = (): number => Math.max(0, until - clock.monotonicMs());
  const store = new ChangeSetStore(around.home, fingerprint);
  const lock = await acquireClusterLock(store.folder, {
    operation: around.command,
    changesetId: await changesetId(store),
    waitMs: left(),
    clock,
    signal: stopped,
  });
  const underAdvisory = async (): Promise<T> => {
    const graceful = left() + GRACE_AFTER_END_MS;
    const wish = { openSession, startedAt, waitMs: graceful, clock, signal: stopped, warn };
    const writer = await takeAdvisoryLock(wish);
    try {
      return await work({ store, lock, writer });
    } finally {
      await writer.release();
    }
  };
  try {
    await first?.(fingerprint);
    return await last(await underAdvisory());
  } finally {
    await lock.release();
  }
}
