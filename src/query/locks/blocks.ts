import { conflicts } from './lockModes.js';
import { preparedKey, sessionKey, UNKNOWN_PREPARED, type Lock, type Party } from './party.js';

/**
 * How one party keeps another waiting:
 * - `holds`: it holds a lock that conflicts
 * - `ahead_in_queue`: it only waits for the same thing itself, in a mode that conflicts, and came first
 * - `parallel_worker`: it is a worker of the one that waits for it
 * - `safe_snapshot`: it is a serializable transaction that a DEFERRABLE one has to see the end of
 */
export const BLOCK_KINDS = ['holds', 'ahead_in_queue', 'parallel_worker', 'safe_snapshot'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

/** `waiter` cannot go on before `blocker` does something. */
export interface Block {
  readonly waiter: string;
  readonly blocker: string;
  readonly kind: BlockKind;
}

/**
 * Who blocks whom, each pair once. Blockers that nobody described (gone since) are left out; pid 0 becomes the prepared
 * transactions that hold a lock in conflict.
 */
export function blocksOf(parties: ReadonlyMap<string, Party>): Block[] {
  const prepared = [...parties.values()].filter((party) => party.prepared !== null);
  const found = new Map<string, Block>();
  const add = (waiter: string, blocker: string, kind: BlockKind): void => {
    const pair = `${waiter}\n${blocker}`;
    if (waiter !== blocker && parties.has(blocker) && !found.has(pair))
      found.set(pair, { waiter, blocker, kind });
  };
  for (const party of parties.values()) {
    for (const pid of party.blockedBy) {
      if (pid === 0) for (const key of preparedBlockers(party, prepared)) add(party.key, key, 'holds');
      else add(party.key, sessionKey(pid), kindOf(party, parties.get(sessionKey(pid))));
    }
    for (const pid of party.snapshotBlockedBy) {
      add(party.key, pid === 0 ? UNKNOWN_PREPARED : sessionKey(pid), 'safe_snapshot');
    }
    const leader = party.session?.leader_pid ?? null;
    if (party.wait !== null && leader !== null) add(sessionKey(leader), party.key, 'parallel_worker');
  }
  return [...found.values()];
}

function holdsAgainst(held: readonly Lock[], wait: Lock): boolean {
  return held.some(({ target, mode }) => target === wait.target && conflicts(mode, wait.mode));
}

/** The holder of a parallel group's lock may be a worker that is not described: only who waits too is in the queue. */
function kindOf({ wait }: Party, blocker: Party | undefined): BlockKind {
  if (wait === null || blocker === undefined || holdsAgainst(blocker.held, wait)) return 'holds';
  return blocker.wait?.target === wait.target ? 'ahead_in_queue' : 'holds';
}

function preparedBlockers({ wait }: Party, prepared: readonly Party[]): string[] {
  const holders = prepared.filter(({ held }) => wait !== null && holdsAgainst(held, wait));
  return holders.length === 0 ? [UNKNOWN_PREPARED] : holders.map(({ gid }) => preparedKey(gid ?? ''));
}
