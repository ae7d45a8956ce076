import { constants } from 'node:os';
import type * as Lockfile from 'proper-lockfile';
import { systemClock } from './clock.js';
import { PgdbaError } from './errors.js';

/** proper-lockfile renews a held lock more often than this; one that is older was left by a process that died. */
const STALE_MS = 4_000;
/** Longer than STALE_MS, so that a crash of another pgdba costs a wait and no error. */
const WAIT_MS = 10_000;
const RETRY_EVERY_MS = 40;

/**
 * Runs `work` while no other pgdba has the lock of `path`, the folder `path.lock`. `work` calls `assertHeld` before
 * its last step: a process that was stopped for long may have lost the lock meanwhile.
 * @throws PgdbaError `lock_held` when another process keeps the lock for longer than `waitMs`, or took it over
 */
export async function withFileLock<T>(
  path: string,
  work: (assertHeld: () => void) => Promise<T>,
  waitMs = WAIT_MS,
): Promise<T> {
  let lost: Error | undefined;
  const release = await acquire(path, systemClock.monotonicMs() + waitMs, (error) => {
    lost = error;
  });
  const assertHeld = (): void => {
    if (lost !== undefined) throw lockHeld(path, 'took over', lost);
  };
  try {
    return await work(assertHeld);
  } finally {
    // A lock that was taken over is no longer ours to release.
    await release().catch(() => undefined);
  }
}

async function acquire(
  path: string,
  untilMs: number,
  onCompromised: (error: Error) => void,
): Promise<() => Promise<void>> {
  const lockfile = await loadLockfile();
  for (;;) {
    try {
      return await lockfile.lock(path, { realpath: false, stale: STALE_MS, onCompromised });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (systemClock.monotonicMs() >= untilMs) throw lockHeld(path, 'holds', error);
    }
    await systemClock.sleep(RETRY_EVERY_MS * (0.5 + Math.random()));
  }
}

/** So that proper-lockfile takes no folder over: who calls has a better proof of death than age. */
const NEVER_STALE = Number.MAX_SAFE_INTEGER;

/**
 * Takes the folder `lockPath` as proper-lockfile does, and renews its time every `renewMs` (a second at least) until
 * it is released or the process ends.
 * @returns its release; null when the folder is there already, whoever made it
 */
export async function holdFolder(lockPath: string, renewMs: number): Promise<(() => Promise<void>) | null> {
  const lockfile = await loadLockfile();
  try {
    return await lockfile.lock(`${lockPath}.json`, {
      realpath: false,
      lockfilePath: lockPath,
      stale: NEVER_STALE,
      update: renewMs,
      // The folder shows that there is a lock; whose it is stands elsewhere.
      onCompromised: () => undefined,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return null;
    throw error;
  }
}

function lockHeld(path: string, verb: string, cause: unknown): PgdbaError {
  return new PgdbaError('lock_held', `another pgdba ${verb} the lock of ${path} (${path}.lock)`, { cause });
}

/**
 * Loads proper-lockfile. It releases its locks when the process exits, which is wanted; but its signal-exit also
 * listens to signals and sends them again when nobody else does any more, which would kill pgdba before its envelope
 * is written. pgdba ends itself on signals, so those listeners are taken off.
 */
async function loadLockfile(): Promise<Pick<typeof Lockfile, 'lock'>> {
  const signals = Object.keys(constants.signals) as NodeJS.Signals[];
  const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  const { default: lockfile } = await import('proper-lockfile');
  for (const signal of signals) {
    const added = process
      .listeners(signal)
      .filter((listener) => before.get(signal)?.includes(listener) === false);
    for (const listener of added) process.removeListener(signal, listener as () => void);
  }
  return lockfile;
}
