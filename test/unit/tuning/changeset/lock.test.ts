import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../../../src/core/clock.js';
import type { PgdbaError } from '../../../../src/core/errors.js';
import { thisProcess } from '../../../../src/core/processIdentity.js';
import { acquireClusterLock, lockHolderOf } from '../../../../src/tuning/changeset/clusterLock.js';
import type { ClusterLock } from '../../../../src/tuning/changeset/heldLock.js';
import { HolderWatch } from '../../../../src/tuning/changeset/holderFate.js';
import { prepareHolder } from '../../../../src/tuning/changeset/holderFile.js';
import type { LockHolder } from '../../../../src/tuning/changeset/lockSchema.js';
import { takeOver } from '../../../../src/tuning/changeset/takeOver.js';

const CHANGESET = '01890a5d-ac96-774b-bcce-b302099a8057';
const NOBODY = 2_147_483_646;

let parent: string;
let folder: string;
let lockFile: string;
const held: ClusterLock[] = [];
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
  folder = join(parent, 'snapshots', 'a'.repeat(64));
  lockFile = join(folder, '.lock.json');
  await mkdir(folder, { recursive: true, mode: 0o700 });
});
afterEach(async () => {
  await Promise.all(held.splice(0).map((lock) => lock.release()));
  await rm(parent, { recursive: true, force: true });
});

/** A clock whose sleeps take no time; each of them may do something meanwhile. */
function quickClock(meanwhile: (elapsedMs: number) => Promise<void> = () => Promise.resolve()): Clock {
  const startMs = systemClock.now().getTime();
  let elapsedMs = 0;
  return {
    now: () => new Date(startMs + elapsedMs),
    monotonicMs: () => elapsedMs,
    sleep: async (ms) => {
      elapsedMs += ms;
      await meanwhile(elapsedMs);
    },
  };
}

async function take(waitMs = 0, clock: Clock = quickClock(), signal = new AbortController().signal) {
  const wish = { operation: 'config apply', changesetId: CHANGESET, waitMs, clock, signal };
  const lock = await acquireClusterLock(folder, wish);
  held.push(lock);
  return lock;
}

/** Who this process would be as a holder. */
async function me(more: Partial<LockHolder> = {}): Promise<LockHolder> {
  const at = systemClock.now().toISOString();
  const doing = { changeset_id: CHANGESET, operation: 'config rollback', started_at: at, heartbeat_at: at };
  return { ...(await thisProcess()), ...doing, ...more };
}

/** Puts a lock there as another process would have left it. */
async function put(holder: object): Promise<void> {
  await mkdir(join(folder, '.lock'));
  await writeFile(lockFile, JSON.stringify(holder));
}

async function inFile(): Promise<LockHolder> {
  return JSON.parse(await readFile(lockFile, 'utf8')) as LockHolder;
}

async function refused(attempt: Promise<unknown>): Promise<PgdbaError> {
  return attempt.then(
    () => expect.unreachable('the lock was given'),
    (error: unknown) => error as PgdbaError,
  );
}

const ago = (ms: number): string => new Date(systemClock.now().getTime() - ms).toISOString();

describe('the lock of a cluster', { timeout: 60_000 }, () => {
  test('names its holder in .lock.json beside proper-lockfile’s folder, and is gone with its release', async () => {
    const lock = await take();
    expect(await inFile()).toMatchObject({
      schema: 'pgdba.lock/1',
      changeset_id: CHANGESET,
      ...(await thisProcess()),
      operation: 'config apply',
      started_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      heartbeat_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });
    expect((await readdir(folder)).sort()).toEqual(['.lock', '.lock.json']);
    expect((await stat(lockFile)).mode & 0o777).toBe(0o600);
    await lock.assertHeld();
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: 'lock_held' });
    expect(await lockHolderOf(folder)).toBeNull();
  });

  test('is refused while it is held, and says by whom', async () => {
    const { holder } = await take();
    const error = await refused(take());
    expect(error).toMatchObject({
      code: 'lock_held',
      exit: 7,
      message:
        `process ${String(process.pid)} on ${hostname()} holds the lock of this cluster: ` +
        `config apply on changeset ${CHANGESET}, since ${holder.started_at}`,
      details: {
        pid: process.pid,
        host: hostname(),
        operation: 'config apply',
        changeset_id: CHANGESET,
        since: holder.started_at,
      },
    });
  });

  test('is given to who waits for it, once it is released', async () => {
    const first = await take();
    const second = take(
      60_000,
      quickClock(() => first.release()),
    );
    await expect(second.then((lock) => lock.assertHeld())).resolves.toBeUndefined();
  });

  test('who waits longer than it may is refused then', async () => {
    await take();
    let waitedMs = 0;
    const clock = quickClock((elapsedMs) => {
      waitedMs = elapsedMs;
      return Promise.resolve();
    });
    await refused(take(30_000, clock));
    expect(waitedMs).toBeGreaterThanOrEqual(30_000);
    expect(waitedMs).toBeLessThan(31_000);
  });

  test('waiting ends with the signal’s reason', async () => {
    await take();
    const controller = new AbortController();
    const clock = quickClock(() => {
      controller.abort(new Error('enough'));
      return Promise.resolve();
    });
    await expect(take(60_000, clock, controller.signal)).rejects.toThrow('enough');
  });

  test('its heartbeat is renewed in place, and the document stays whole', async () => {
    const { holder } = await take(0, systemClock);
    const before = await stat(lockFile);
    await expect
      .poll(async () => (await inFile()).heartbeat_at > holder.heartbeat_at, { timeout: 10_000 })
      .toBe(true);
    expect({ ...(await inFile()), heartbeat_at: holder.heartbeat_at }).toEqual(holder);
    expect((await stat(lockFile)).ino).toBe(before.ino);
  });

  test('a folder that others may enter is closed', async () => {
    await rm(folder, { recursive: true });
    await mkdir(folder, { mode: 0o755 });
    await take();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });
});

describe('a holder on this host', { timeout: 60_000 }, () => {
  test.each([
    ['whose pid is gone', { pid: NOBODY }],
    ['whose pid belongs to a process started at another time', { process_start: '1' }],
    ['from before the last boot', { boot_id: '00000000-0000-0000-0000-000000000000' }],
  ])('%s is taken over at once, however fresh its heartbeat', async (_what, fields) => {
    await put(await me(fields));
    const lock = await take();
    await lock.assertHeld();
    expect(await inFile()).toMatchObject({ pid: process.pid, operation: 'config apply' });
    expect((await readdir(folder)).sort()).toEqual(['.lock', '.lock.json']);
  });

  test('that is taken over may be told by the fields of the contract alone', async () => {
    const { pid: _pid, pid_space: _space, ...rest } = await me();
    await put({ ...rest, pid: NOBODY, process_start: 12_345 });
    await expect(take().then((lock) => lock.assertHeld())).resolves.toBeUndefined();
  });

  test('that lives keeps the lock, however old its heartbeat', async () => {
    await put(await me({ heartbeat_at: ago(3_600_000) }));
    expect(await refused(take(10_000))).toMatchObject({ code: 'lock_held' });
  });

  test('whose system tells no start is believed to live', async () => {
    await put(await me({ process_start: null, boot_id: null }));
    expect(await refused(take())).toMatchObject({ code: 'lock_held' });
  });
});

describe('a holder elsewhere', { timeout: 60_000 }, () => {
  const ELSEWHERE = { host: 'db9', pid: NOBODY };

  test.each([
    ['on another host', ELSEWHERE],
    ['in another container of this host', { pid: NOBODY, pid_space: '0123456789abcdef' }],
  ])('%s that was heard of in time keeps the lock', async (_what, fields) => {
    await put(await me({ ...fields, heartbeat_at: ago(20_000) }));
    const error = await refused(take());
    expect(error).toMatchObject({ code: 'lock_held', details: { pid: NOBODY } });
  });

  test('is taken over once its heartbeat is 30 s old and stands still', async () => {
    await put(await me({ ...ELSEWHERE, heartbeat_at: ago(31_000) }));
    let lookedMs = 0;
    const clock = quickClock((elapsedMs) => {
      lookedMs = elapsedMs;
      return Promise.resolve();
    });
    await take(0, clock);
    expect(lookedMs).toBeGreaterThanOrEqual(3_000);
  });

  test('keeps the lock while its heartbeat moves, even if its clock is far behind', async () => {
    const holder = await me({ ...ELSEWHERE, heartbeat_at: ago(3_600_000) });
    await put(holder);
    const clock = quickClock(async (elapsedMs) => {
      await writeFile(lockFile, JSON.stringify({ ...holder, heartbeat_at: ago(3_600_000 - elapsedMs) }));
    });
    expect(await refused(take(0, clock).then(() => undefined))).toMatchObject({ code: 'lock_held' });
  });

  test('that died with its clock far ahead is taken over after 30 s of waiting', async () => {
    await put(await me({ ...ELSEWHERE, heartbeat_at: ago(-3_600_000) }));
    expect(await refused(take(29_000))).toMatchObject({ code: 'lock_held' });
    await expect(take(31_000).then((lock) => lock.assertHeld())).resolves.toBeUndefined();
  });

  test('that comes back after it was taken over finds out, and leaves the new lock alone', async () => {
    const slept = await take();
    await writeFile(
      lockFile,
      JSON.stringify({ ...(await inFile()), host: 'db9', heartbeat_at: ago(60_000) }),
    );
    const now = await take();
    await expect(slept.assertHeld()).rejects.toMatchObject({
      code: 'lock_held',
      details: { pid: process.pid },
    });
    await slept.release();
    await now.assertHeld();
    expect(await lockHolderOf(folder)).toEqual(now.holder);
  });
});

describe('a lock that nobody can tell of', { timeout: 60_000 }, () => {
  test('a folder alone that somebody renews is respected', async () => {
    await mkdir(join(folder, '.lock'));
    const error = await refused(take());
    expect(error).toMatchObject({
      code: 'lock_held',
      message: expect.stringContaining('no .lock.json') as string,
    });
    expect(await readdir(folder)).toEqual(['.lock']);
  });

  test('a folder alone that nobody renews is taken over', async () => {
    await mkdir(join(folder, '.lock'));
    await utimes(join(folder, '.lock'), new Date(ago(60_000)), new Date(ago(60_000)));
    const lock = await take();
    await lock.assertHeld();
    expect((await stat(join(folder, '.lock'))).mtimeMs).toBeGreaterThan(new Date(ago(30_000)).getTime());
  });

  test.each([
    ['torn', '{"changeset_id": null, "pi', 'it is not JSON'],
    ['empty', '', 'it is not JSON'],
    ['a list', '[]', 'it is no JSON object'],
    ['without a pid', '{"host": "db9"}', "must have required property 'changeset_id'"],
    [
      'newer',
      '{"schema": "pgdba.lock/2"}',
      'a newer pgdba wrote it (pgdba.lock/2; this one knows pgdba.lock/1)',
    ],
  ])('%s, .lock.json is an error that names it, and stays as it is', async (_what, text, reason) => {
    await writeFile(lockFile, text);
    await expect(take()).rejects.toMatchObject({
      code: 'state_unusable',
      exit: 5,
      message: `${lockFile} cannot be used: ${reason}`,
    });
    expect(await readFile(lockFile, 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['.lock.json']);
  });

  test('removed by hand, it is no longer held', async () => {
    const lock = await take();
    await rm(lockFile);
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: 'lock_held' });
  });
});

describe('taking over', { timeout: 60_000 }, () => {
  const claimOn = (holder: LockHolder): string => join(folder, `.lock.claim-${holder.token ?? ''}`);
  const [FIRST, SECOND, THIRD] = ['1'.repeat(32), '2'.repeat(32), '3'.repeat(32)];

  test('goes on behind claimants that died in the middle of it', async () => {
    const first = await me({ pid: NOBODY, token: FIRST });
    const second = await me({ pid: NOBODY, token: SECOND });
    const third = await me({ pid: NOBODY, token: THIRD });
    await put(first);
    await writeFile(claimOn(first), JSON.stringify(second));
    await writeFile(claimOn(second), JSON.stringify(third));
    await take();
    expect((await readdir(folder)).sort()).toEqual(['.lock', '.lock.json']);
  });

  test('waits for a claimant that lives', async () => {
    const [dead, alive] = await Promise.all([me({ pid: NOBODY, token: FIRST }), me({ token: SECOND })]);
    await put(dead);
    await writeFile(claimOn(dead), JSON.stringify(alive));
    expect(await refused(take())).toMatchObject({ code: 'lock_held', details: { pid: process.pid } });
    expect(await inFile()).toEqual(dead);
  });

  test('who comes late finds another holder, gives up and leaves no claim', async () => {
    const [gone, winner] = await Promise.all([me({ pid: NOBODY, token: FIRST }), me({ token: SECOND })]);
    await put(winner);
    const mine = await prepareHolder(folder, await me());
    expect(await takeOver(lockFile, gone, mine, new HolderWatch(systemClock))).toBe('again');
    await mine.file.close();
    expect(await inFile()).toEqual(winner);
    expect(await readdir(folder)).not.toContain(`.lock.claim-${FIRST}`);
  });

  test('what killed processes left is swept up, and what live ones are doing is not', async () => {
    const [dead, alive] = await Promise.all([me({ pid: NOBODY }), me()]);
    const left = ['.lock.0000.tmp', `.lock.claim-${'4'.repeat(32)}`].map((name) => join(folder, name));
    const live = join(folder, '.lock.1111.tmp');
    for (const path of left) await writeFile(path, JSON.stringify(dead));
    await writeFile(live, JSON.stringify(alive));
    await link(live, join(folder, `.lock.claim-${'5'.repeat(32)}`));
    await take();
    expect((await readdir(folder)).sort()).toEqual(
      ['.lock', '.lock.json', '.lock.1111.tmp', `.lock.claim-${'5'.repeat(32)}`].sort(),
    );
  });
});
