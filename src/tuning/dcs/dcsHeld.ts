import type { ClusterIdentity } from '../../cluster/identity.js';
import { underBothLocks, type LockReason } from '../changeset/bothLocks.js';
import type { ClusterLock } from '../changeset/clusterLock.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import type { ChangeSetStore } from '../changeset/store.js';
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
  const guarded = await withClusterLook(around, patroni, (look) => {
    warnOfStandby(look, around);
    return Promise.resolve(guardedBy(look, around));
  });
  return underBothLocks(
    reason,
    guarded,
    around,
    ({ store, lock }) =>
      withClusterLook(
        around,
        patroni,
        (look) => work({ look, identity: look.identity, store, lock }),
        freshConfig,
      ),
    last,
  );
}

/** The cluster's locks, of which the advisory one is taken on its leader. */
function guardedBy(
  { best, view, identity }: ClusterLook,
  { openSession }: ChangeSurroundings,
): Parameters<typeof underBothLocks>[1] {
  const listed = view.members.find(({ name }) => name === best.name);
  const place = listed === undefined ? null : placeOfMember(listed);
  return {
    fingerprint: identity.fingerprint,
    startedAt: best.server.facts.startedAt,
    openSession: place === null ? openSession : (wish) => openSession({ ...wish, place }),
  };
}

function warnOfStandby({ best }: ClusterLook, around: ChangeSurroundings): void {
  if (!best.server.facts.inRecovery) return;
  around.warn(
    'lock_elsewhere',
    `no primary let us in: the lock against other machines is taken on ${best.name}, where a pgdba that reaches the primary does not see it`,
    { subject: best.name },
  );
}
