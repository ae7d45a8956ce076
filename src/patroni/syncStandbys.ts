import type { Clock } from '../core/clock.js';
import type { ClusterMember, DcsConfig } from './answers.js';
import type { PatroniClient } from './client.js';
import { settlingMs } from './dcsLimits.js';

const SYNC_ROLES = new Set(['sync_standby', 'quorum_standby']);

const LOOK_EVERY_MS = 500;
/** Replicas that stream again by then, or it will take longer. */
const WITHIN_MS = 60_000;

/** Whether the leader waits for a member before it acknowledges what was written. */
export function isSyncStandby({ role }: Pick<ClusterMember, 'role'>): boolean {
  return SYNC_ROLES.has(role);
}

/** How many of them are synchronous standbys. */
export function syncStandbysIn(members: readonly Pick<ClusterMember, 'role'>[]): number {
  return members.filter(isSyncStandby).length;
}

interface AwaitWish {
  readonly client: PatroniClient;
  readonly config: DcsConfig;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Waits until a cluster has as many synchronous standbys as before: its leader starts without any, and Patroni names
 * them when they stream again; until then nothing is synchronous. For up to a loop of Patroni /cluster still tells of
 * those from before, so it is believed later. False when it does not come about in a minute. Never throws: what was done
 * before is done.
 */
export async function syncStandbysAreBack(
  wanted: number,
  { client, config, clock, signal }: AwaitWish,
): Promise<boolean> {
  const begun = clock.monotonicMs();
  const [believed, until] = [begun + settlingMs(config) / 2, begun + WITHIN_MS];
  while (wanted > 0) {
    const askedMs = clock.monotonicMs();
    const view = await client.cluster().catch(() => null);
    const areThere = view !== null && syncStandbysIn(view.value.members) >= wanted;
    if (areThere && askedMs >= believed) return true;
    if (signal.aborted || askedMs >= Math.max(until, believed)) return false;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
  return true;
}
