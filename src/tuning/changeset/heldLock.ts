import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.js';
import { PgdbaError } from '../../core/errors.js';
import { holdFolder } from '../../core/fileLock.js';
import { isRefusal } from '../../core/stateUnusable.js';
import { EXPIRES_MS, HEARTBEAT_MS } from './holderFate.js';
import { beat, discardHolder, readHolder, tokenOf, type HolderFile } from './holderFile.js';
import type { LockHolder } from './lockSchema.js';
import { sweepAttempts, type Blocker } from './takeOver.js';

/** The file lock of a cluster, held by this process until it is released or the process ends. */
export interface ClusterLock {
  readonly holder: LockHolder;
  /**
   * To be awaited before each step that changes something.
   * @throws PgdbaError `lock_held` when somebody took the lock over, naming who; `state_unusable`
   */
  assertHeld(): Promise<void>;
  /** Never rejects. */
  release(): Promise<void>;
}

/** Where the lock of a cluster lies. */
export interface LockPlace {
  readonly folder: string;
  /** .lock.json: who is named there holds the lock. */
  readonly file: string;
  /** .lock: proper-lockfile's folder, for everybody to see that there is a lock. */
  readonly shown: string;
}

/** Its place in the folder of what pgdba knows of the cluster. */
export function placeIn(folder: string): LockPlace {
  return { folder, file: join(folder, '.lock.json'), shown: join(folder, '.lock') };
}

/** A lock folder without a holder's document: another program made it, or somebody removed .lock.json by hand. */
export const NAMELESS = 'nameless';

/** The lock, once .lock.json names us. @throws node's errors; the lock is then given back */
export async function hold(place: LockPlace, mine: HolderFile, clock: Clock): Promise<ClusterLock> {
  const lock = new HeldLock(place, mine, clock);
  try {
    // What the last holder left; nobody else touches it while .lock.json names us.
    await unshow(place.shown);
    await lock.show();
    await sweepAttempts(place.folder, mine.token);
    return lock;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function unshow(shown: string): Promise<void> {
  await rmdir(shown).catch((error: unknown) => {
    if (!isRefusal(error, 'ENOENT')) throw error;
  });
}

class HeldLock implements ClusterLock {
  readonly #heartbeat: NodeJS.Timeout;
  #unshow: (() => Promise<void>) | null = null;
  #released = false;

  constructor(
    private readonly place: LockPlace,
    private readonly mine: HolderFile,
    clock: Clock,
  ) {
    this.#heartbeat = setInterval(() => {
      // One that fails is made good by the next; a lock that was taken over shows in assertHeld().
      beat(mine, clock.now()).catch(() => undefined);
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get holder(): LockHolder {
    return this.mine.holder;
  }

  async show(): Promise<void> {
    this.#unshow = await holdFolder(this.place.shown, HEARTBEAT_MS);
  }

  async assertHeld(): Promise<void> {
    const found = this.#released ? undefined : await readHolder(this.place.file);
    if (found !== undefined && tokenOf(found) === this.mine.token) return;
    if (found === undefined)
      throw new PgdbaError(
        'lock_held',
        `the lock was taken away from this process: ${this.place.file} is gone`,
      );
    throw heldBy(this.place, { holder: found, undecided: false });
  }

  async release(): Promise<void> {
    if (this.#released) return;
    clearInterval(this.#heartbeat);
    const isOurs = await this.assertHeld().then(
      () => true,
      () => false,
    );
    this.#released = true;
    if (isOurs) {
      // The folder first: were we killed in between, .lock.json still names us, and a dead holder is no obstacle.
      await this.#unshow?.().catch(() => undefined);
      await rm(this.place.file, { force: true }).catch(() => undefined);
    }
    await discardHolder(this.mine.path, this.mine.file);
  }
}

/** The error for a lock that somebody else has. */
export function heldBy(place: LockPlace, blocker: Blocker | typeof NAMELESS): PgdbaError {
  if (blocker === NAMELESS) {
    return new PgdbaError('lock_held', `${place.shown} is there, and no .lock.json says whose lock it is`, {
      hint: `It is taken over once nobody has renewed it for ${String(EXPIRES_MS / 1000)} s.`,
    });
  }
  const { pid, host, operation, changeset_id, started_at, heartbeat_at } = blocker.holder;
  const on = changeset_id === null ? '' : ` on changeset ${changeset_id}`;
  return new PgdbaError(
    'lock_held',
    `process ${String(pid)} on ${host} holds the lock of this cluster: ${operation}${on}, since ${started_at}`,
    { details: { pid, host, operation, changeset_id, since: started_at, heartbeat_at } },
  );
}
