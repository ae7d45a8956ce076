import type { ClusterIdentity } from '../../cluster/identity.js';
import { takeAdvisoryLock } from '../changeset/advisoryLock.js';
import { acquireClusterLock, type ClusterLock } from '../changeset/clusterLock.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import { ChangeSetStore } from '../changeset/store.js';
import { placeOfMember, withClusterLook, type ClusterLook } from './clusterLook.js';
import { freshConfig } from './patchKeys.js';
import type { PatroniReach } from './patroniReach.js';

/** Both locks, and what the cluster looks like under them; sessions to its members are open. */
export interface DcsHeld {
  readonly look: ClusterLook;
  readonly identity: ClusterIdentity;
  readonly store: ChangeSetStore;
  readonly lock: ClusterLock;
}

interface LockReason {
  /** The changeset that is worked on, chosen before the lock is there. */
  readonly changesetId: (store: ChangeSetStore) => Promise<string>;
  /** For both locks together, milliseconds. */
  readonly waitMs: number;
  /** Awaited once no other pgdba of this host can be at work. */
  readonly first?: (fingerprint: string) => Promise<void>;
}

/** The file lock is free as soon as its holder has ended; the server needs a moment more to see that it has. */
const GRACE_AFTER_END_MS = 2_000;

/**
 * Runs `work` under the cluster's file lock and the advisory lock of its leader, the same that ALTER SYSTEM takes there;
 * the cluster is looked at again under them, the DCS as it is and not as a node remembers it.
 * @param last comes when `work` is done, still under the file lock; sessions and the advisory lock, which a restart of
 * their server would take, are gone by then
 * @throws PgdbaError `lock_held`, `state_unusable`, `node_mismatch` when the leader has changed meanwhile; as
 * withClusterLook(); what `work` throws
 */
export async function underDcsLocks<T>(
  reason: LockReason,
  around: ChangeSurroundings,
  patroni: PatroniReach,
  work: (held: DcsHeld) => Promise<T>,
  last: (done: T) => Promise<T> = (done) => Promise.resolve(done),
): Promise<T> {
  const { clock, stopped } = around;
  const until = clock.monotonicMs() + reason.waitMs;
  const left = (): number => Math.max(0, until - clock.monotonicMs());
  const { fingerprint, ...guardian } = await withClusterLook(around, patroni, (look) => {
    warnOfStandby(look, around);
    return Promise.resolve({ fingerprint: look.identity.fingerprint, ...guardianOf(look) });
  });
  const store = new ChangeSetStore(around.home, fingerprint);
  const lock = await acquireClusterLock(store.folder, {
    operation: around.command,
    changesetId: await reason.changesetId(store),
    waitMs: left(),
    clock,
    signal: stopped,
  });
  const underAdvisory = async (): Promise<T> => {
    const advisory = await takeAdvisoryLock({
      openSession: (wish) => around.openSession({ ...wish, ...guardian.at }),
      startedAt: guardian.startedAt,
      waitMs: left() + GRACE_AFTER_END_MS,
      clock,
      signal: stopped,
      warn: around.warn,
    });
    try {
      return await withClusterLook(
        around,
        patroni,
        (look) => work({ look, identity: look.identity, store, lock }),
        freshConfig,
      );
    } finally {
      await advisory.release();
    }
  };
  try {
    await reason.first?.(fingerprint);
    return await last(await underAdvisory());
  } finally {
    await lock.release();
  }
}

function guardianOf({ best, view }: ClusterLook): {
  readonly startedAt: string;
  readonly at: { readonly place?: string };
} {
  const listed = view.members.find(({ name }) => name === best.name);
  const place = listed === undefined ? null : placeOfMember(listed);
  return { startedAt: best.server.facts.startedAt, at: place === null ? {} : { place } };
}

function warnOfStandby({ best }: ClusterLook, around: ChangeSurroundings): void {
  if (!best.server.facts.inRecovery) return;
  around.warn(
    'lock_elsewhere',
    `no primary let us in: the lock against other machines is taken on ${best.name}, where a pgdba that reaches the primary does not see it`,
    { subject: best.name },
  );
}
