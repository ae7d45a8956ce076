import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readState, replaceState, updateState, type StateFormat } from '../../../src/core/stateFile.js';

interface Counter {
  schema: string;
  count: number;
}

const counters: StateFormat<Counter> = {
  schema: 'pgdba.counter/2',
  accepts: (document): document is Counter => typeof (document as Counter).count === 'number',
  errors: () => [{ instancePath: '/count', message: 'must be number' }],
};

const counter = (count: number): Counter => ({ schema: 'pgdba.counter/2', count });
const add = (before: Counter | undefined): Counter => counter((before?.count ?? 0) + 1);

let parent: string;
let home: string;
let path: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
  home = join(parent, 'home');
  path = join(home, 'clusters.json');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

async function modeOf(file: string): Promise<string> {
  return ((await stat(file)).mode & 0o777).toString(8);
}

/** Puts a file there that pgdba did not write. */
async function put(text: string, mode = 0o600): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(path, text);
  await chmod(path, mode);
}

describe('reading', () => {
  test('an absent file is undefined, and its folder is not made', async () => {
    expect(await readState(path, counters)).toBeUndefined();
    expect(await readdir(parent)).toEqual([]);
  });

  test('gives back what was written', async () => {
    await replaceState(path, counter(7));
    expect(await readState(path, counters)).toEqual({ schema: 'pgdba.counter/2', count: 7 });
  });

  test.each([
    ['a torn file', '{"schema": "pgdba.counter/2", "cou', 'it is not JSON'],
    ['an empty file', '', 'it is not JSON'],
    ['something else than an object', '[1]', 'its schema is not pgdba.counter/2'],
    ['another kind of document', '{"schema": "pgdba.clusters/2"}', 'its schema is not pgdba.counter/2'],
    ['no schema', '{"count": 1}', 'its schema is not pgdba.counter/2'],
    [
      'a newer version',
      '{"schema": "pgdba.counter/3", "count": 1}',
      'a newer pgdba wrote it (pgdba.counter/3; this one knows pgdba.counter/2)',
    ],
    [
      'an older version',
      '{"schema": "pgdba.counter/1", "count": 1}',
      'its schema pgdba.counter/1 is not pgdba.counter/2',
    ],
    ['a wrong type', '{"schema": "pgdba.counter/2", "count": "x"}', '/count must be number'],
  ])('%s is an error that names the file', async (_what, text, reason) => {
    await put(text);
    await expect(readState(path, counters)).rejects.toMatchObject({
      code: 'state_unusable',
      exit: 5,
      message: `${path} cannot be used: ${reason}`,
    });
  });

  test('a broken file is never quoted, because it may hold a password', async () => {
    await put('{"dsn": "postgresql://u:hunter2@h" oops');
    const error: unknown = await readState(path, counters).catch((caught: unknown) => caught);
    expect((error as Error).message).not.toContain('hunter2');
  });

  test('a folder in its place is an error that names it', async () => {
    await mkdir(path, { recursive: true });
    await expect(readState(path, counters)).rejects.toMatchObject({ code: 'state_unusable' });
  });

  test('a file that anybody may write is not believed', async () => {
    await put('{"schema": "pgdba.counter/2", "count": 1}', 0o666);
    await expect(readState(path, counters)).rejects.toThrow(/anybody may write it/);
  });
});

describe('writing', () => {
  test('makes a 0600 file in a 0700 folder whatever the umask is, and leaves nothing beside it', async () => {
    const umask = process.umask(0);
    try {
      await updateState(path, counters, add);
    } finally {
      process.umask(umask);
    }
    expect([await modeOf(path), await modeOf(home)]).toEqual(['600', '700']);
    expect(await readdir(home)).toEqual(['clusters.json']);
  });

  test.each([[[]], [['defaults.json']]])(
    'closes a folder of pgdba’s that is open to others (%j)',
    async (entries) => {
      await mkdir(home);
      await chmod(home, 0o755);
      for (const entry of entries) await writeFile(join(home, entry), '{}');
      await replaceState(path, counter(1));
      expect(await modeOf(home)).toBe('700');
    },
  );

  test('refuses a folder that is open to others and serves other purposes, and leaves it alone', async () => {
    await mkdir(home);
    await chmod(home, 0o755);
    await writeFile(join(home, 'Makefile'), '');
    await expect(replaceState(path, counter(1))).rejects.toMatchObject({
      code: 'state_unusable',
      message: `${home} is open to others (mode 0755) and not pgdba’s alone`,
    });
    expect(await modeOf(home)).toBe('755');
    expect(await readdir(home)).toEqual(['Makefile']);
  });

  test('a place that cannot be written is an error that names the file', async () => {
    await writeFile(home, 'a file where the folder should be');
    await expect(updateState(path, counters, add)).rejects.toMatchObject({
      code: 'state_unusable',
      message: expect.stringContaining(`${path} cannot be used: it cannot be written`) as string,
    });
  });

  test('a change that throws leaves the old document and no lock', async () => {
    await replaceState(path, counter(1));
    const refusal = new Error('no');
    const change = (): Counter => {
      throw refusal;
    };
    await expect(updateState(path, counters, change)).rejects.toBe(refusal);
    expect(await readState(path, counters)).toEqual(counter(1));
    expect(await readdir(home)).toEqual(['clusters.json']);
  });

  test('a broken document is not overwritten', async () => {
    await put('{"schema": "pgdba.counter/9"}');
    await expect(updateState(path, counters, add)).rejects.toMatchObject({ code: 'state_unusable' });
    expect(await readFile(path, 'utf8')).toBe('{"schema": "pgdba.counter/9"}');
  });

  test('a change that changes nothing does not touch the file', async () => {
    await replaceState(path, counter(1));
    const { ino } = await stat(path);
    await updateState(path, counters, (before) => before ?? counter(0));
    expect((await stat(path)).ino).toBe(ino);
  });
});

describe('locking', () => {
  test('a lock that stays held is an error that names it, and nothing is written', async () => {
    await replaceState(path, counter(1));
    await mkdir(`${path}.lock`);
    await expect(updateState(path, counters, add, 150)).rejects.toMatchObject({
      code: 'lock_held',
      exit: 7,
      retryable: true,
      message: `another pgdba holds the lock of ${path} (${path}.lock)`,
    });
    expect(await readState(path, counters)).toEqual(counter(1));
  });

  test('a lock that a dead process left is taken over', async () => {
    await mkdir(`${path}.lock`, { recursive: true });
    await chmod(home, 0o700);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${path}.lock`, longAgo, longAgo);
    expect(await updateState(path, counters, add, 150)).toEqual(counter(1));
    expect(await readdir(home)).toEqual(['clusters.json']);
  });

  test('updates at the same time wait for each other and lose nothing', async () => {
    await Promise.all(Array.from({ length: 10 }, () => updateState(path, counters, add)));
    expect(await readState(path, counters)).toEqual(counter(10));
  });

  test('what a killed writer left behind goes with the next update', async () => {
    await put(JSON.stringify(counter(4)));
    await writeFile(join(home, '.clusters.json.0123456789ab.tmp'), '{"schema": "pgd');
    await updateState(path, counters, add);
    expect(await readdir(home)).toEqual(['clusters.json']);
    expect(await readState(path, counters)).toEqual(counter(5));
  });

  test('proper-lockfile’s signal handlers do not stand between a signal and pgdba’s own', async () => {
    await updateState(path, counters, add);
    const names = process.listeners('SIGTERM').map(({ name }) => name);
    expect(names).not.toContain('listener');
  });
});
