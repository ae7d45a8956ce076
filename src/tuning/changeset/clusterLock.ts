import { rm, stat } from 'node:fs/promises';
import type { Clock } from '../../core/clock.js';
import { thisProcess } from '../../core/processIdentity.js';
import { ensurePrivateFolder } from '../../core/stateFolder.js';
import { writingState } from '../../core/stateUnusable.js';
import { heldBy, hold, NAMELESS, placeIn, type ClusterLock, type LockPlace } from './heldLock.js';
import { EXPIRES_MS, HolderWatch } from './holderFate.js';
import { discardHolder, linkHolder, prepareHolder, readHolder, type HolderFile } from './holderFile.js';
import type { LockHolder } from './lockSchema.js';
import { takeOver, type Blocker } from './takeOver.js';

export type { ClusterLock } from './heldLock.js';

export interface LockWish {
  /** What the lock is taken for, e.g. `config apply`. */
  readonly operation: string;
  readonly changesetId: string | null;
  /** How long to wait for a live holder, milliseconds. */
  readonly waitMs: number;
  readonly clock: Clock;
  /** Ends the waiting with its reason. */
  readonly signal: AbortSignal;
}

/** Between two looks at a lock that somebody else holds. */
const LOOK_EVERY_MS = 100;

/**
 * Takes the lock of the cluster whose files are in `folder` (ChangeSetStore.folder). The lock of a holder that is
 * proven dead is taken over at once, one from elsewhere once its heartbeat has expired (src/tuning/changeset/holderFate.ts).
 * @throws PgdbaError `lock_held`, naming the holder, also in details {pid, host, operation, changeset_id, since,
 * heartbeat_at}; `state_unusable` when the lock cannot be written or .lock.json is broken
 */
export async function acquireClusterLock(folder: string, wish: LockWish): Promise<ClusterLock> {
  const place = placeIn(folder);
  const until = wish.clock.monotonicMs() + wish.waitMs;
  const watch = new HolderWatch(wish.clock);
  return writingState(place.file, async () => {
    await ensurePrivateFolder(folder);
    for (;;) {
      wish.signal.throwIfAborted();
      const got = await attempt(place, wish, watch);
      if (got === 'again') continue;
      if (got !== NAMELESS && 'release' in got) return got;
      const isUndecided = got !== NAMELESS && got.undecided;
      if (!isUndecided && wish.clock.monotonicMs() >= until) throw heldBy(place, got);
      await wish.clock.sleep(LOOK_EVERY_MS * (0.5 + Math.random()), wish.signal);
    }
  });
}

/** Who holds the lock, alive or not; null when nobody does. @throws PgdbaError `state_unusable` */
export async function lockHolderOf(folder: string): Promise<LockHolder | null> {
  return (await readHolder(placeIn(folder).file)) ?? null;
}

async function attempt(
  place: LockPlace,
  wish: LockWish,
  watch: HolderWatch,
): Promise<ClusterLock | 'again' | typeof NAMELESS | Blocker> {
  const found = await readHolder(place.file);
  if (found === undefined && (await isShown(place, wish.clock))) {
    // Between our two looks somebody may have taken the lock as it should be.
    return (await readHolder(place.file)) === undefined ? NAMELESS : 'again';
  }
  const verdict = found === undefined ? 'gone' : await watch.verdict(found);
  if (found !== undefined && verdict !== 'gone') return { holder: found, undecided: verdict === 'undecided' };
  const mine = await prepare(place, wish);
  try {
    const got =
      found === undefined ? await takeFree(place, mine) : await takeOver(place.file, found, mine, watch);
    if (got === 'taken') return await hold(place, mine, wish.clock);
    await discardHolder(mine.path, mine.file);
    return got;
  } catch (error) {
    await discardHolder(mine.path, mine.file);
    throw error;
  }
}

/** Whether the lock's folder is there and somebody renews it. */
async function isShown({ shown }: LockPlace, clock: Clock): Promise<boolean> {
  const mtimeMs = await stat(shown).then(
    (found) => found.mtimeMs,
    () => null,
  );
  return mtimeMs !== null && clock.now().getTime() - mtimeMs <= EXPIRES_MS;
}

async function prepare(place: LockPlace, wish: LockWish): Promise<HolderFile> {
  const at = wish.clock.now().toISOString();
  return prepareHolder(place.folder, {
    changeset_id: wish.changesetId,
    ...(await thisProcess()),
    operation: wish.operation,
    started_at: at,
    heartbeat_at: at,
  });
}

async function takeFree(place: LockPlace, mine: HolderFile): Promise<'taken' | 'again'> {
  if (!(await linkHolder(mine, place.file))) return 'again';
  await rm(mine.path, { force: true });
  return 'taken';
}
