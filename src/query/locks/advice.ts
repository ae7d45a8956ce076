import { quoteLiteral } from '../../core/identifier.js';
import type { Block } from './blocks.js';
import { placesOf, type Tree } from './forest.js';
import type { Party } from './party.js';

/** What would set a root's victims free. `remedy` is a statement for a person to run; pgdba never does. */
export interface Advice {
  readonly advice: string;
  readonly remedy: string | null;
}

/** What a person can do about the root of a tree, and about a waiter in it that others only queue behind. */
export function adviceFor(
  tree: Tree,
  party: Party,
  blocks: readonly Block[],
  parties: ReadonlyMap<string, Party>,
): Advice {
  const { advice, remedy } = rootAdvice(tree, party);
  const queue = queueAdvice(tree, blocks, parties);
  return { advice: queue === null ? advice : `${advice} ${queue}`, remedy };
}

function rootAdvice({ cycle }: Tree, party: Party): Advice {
  const { pid, gid, session, prepared } = party;
  const cancel = `SELECT pg_cancel_backend(${String(pid)});`;
  const terminate = `SELECT pg_terminate_backend(${String(pid)});`;
  if (cycle.length > 0) {
    const advice = 'They wait in a circle: after deadlock_timeout the server ends one of them by itself.';
    return { advice, remedy: null };
  }
  if (session === null) {
    if (gid === null)
      return { advice: 'A prepared transaction that is gone by now; look again.', remedy: null };
    const where = prepared?.database ?? 'its database';
    const name = quoteLiteral(gid);
    return {
      advice: `Its transaction manager has to finish it, or somebody in its place, connected to ${where}: COMMIT PREPARED ${name} keeps its changes, ROLLBACK PREPARED ${name} drops them.`,
      remedy: null,
    };
  }
  if (session.backend_type === 'startup') {
    const advice =
      'It replays what the primary did: wait for the primary’s transaction to end, or end it there. Nothing can be cancelled here.';
    return { advice, remedy: null };
  }
  if (session.backend_type === 'autovacuum worker') {
    return session.query?.endsWith('(to prevent wraparound)') === true
      ? {
          advice:
            'An autovacuum against wraparound does not give way, and begins anew when it is cancelled: let it finish, and run DDL later.',
          remedy: null,
        }
      : { advice: 'An autovacuum gives way by itself after deadlock_timeout.', remedy: cancel };
  }
  if (session.state === null) {
    return {
      advice: 'Its state is hidden from this role. Ending it rolls its transaction back.',
      remedy: terminate,
    };
  }
  if (session.state.startsWith('idle in transaction')) {
    return {
      advice:
        'It does nothing and keeps its transaction open: commit or roll back in the client. Cancelling does not help an idle session; ending it rolls the transaction back.',
      remedy: terminate,
    };
  }
  if (session.state === 'idle') {
    return {
      advice: 'It is idle and holds a session-level lock: release it in the client, or end it.',
      remedy: terminate,
    };
  }
  return { advice: 'It is at work: wait for it, or cancel its statement.', remedy: cancel };
}

/**
 * The waiter whom most others only queue behind: cancelling it lets them go on while the root stays. Counted are those
 * who wait for nobody else, and who wait for nobody but them.
 */
function queueAdvice(
  { root }: Tree,
  blocks: readonly Block[],
  parties: ReadonlyMap<string, Party>,
): string | null {
  const leaders = [...placesOf(root)].filter(
    (place) => place.depth > 0 && place.blocks.some(({ block }) => block?.kind === 'ahead_in_queue'),
  );
  const leader = leaders.reduce<(typeof leaders)[number] | null>(
    (best, place) => (best === null || place.victims > best.victims ? place : best),
    null,
  );
  if (leader === null) return null;
  const party = parties.get(leader.key);
  const freed = freedWithout(leader.key, blocks);
  if (party === undefined || freed === 0) return null;
  return `pid ${String(party.pid)} only waits for ${party.wait?.mode ?? 'a lock'} itself, yet ${String(freed)} stand behind it in the queue: cancelling it lets them go on.`;
}

/** How many could go on if `gone` stopped waiting: those all of whose blockers are `gone` or can go on themselves. */
function freedWithout(gone: string, blocks: readonly Block[]): number {
  const open = new Map<string, number>();
  const followers = new Map<string, Block[]>();
  for (const block of blocks) {
    open.set(block.waiter, (open.get(block.waiter) ?? 0) + 1);
    followers.set(block.blocker, [...(followers.get(block.blocker) ?? []), block]);
  }
  const free = [gone];
  for (const key of free) {
    for (const { waiter } of followers.get(key) ?? []) {
      const left = (open.get(waiter) ?? 0) - 1;
      open.set(waiter, left);
      if (left === 0) free.push(waiter);
    }
  }
  return free.length - 1;
}
