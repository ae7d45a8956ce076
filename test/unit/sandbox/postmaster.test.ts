import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isStillRunning, processStartOf, readPostmasterFile } from '../../../src/sandbox/postmaster.js';

let dataDirectory: string;
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
});
afterEach(() => rm(dataDirectory, { recursive: true, force: true }));

/** The file as a server writes it, for a process of our choice. */
async function writePostmasterFile(
  pid: number,
  directory = dataDirectory,
  status = 'ready   ',
): Promise<void> {
  const lines = [pid, directory, 1767225600, 5432, '/tmp/s', '127.0.0.1', '  12345 6', status];
  await writeFile(join(dataDirectory, 'postmaster.pid'), `${lines.join('\n')}\n`);
}

async function recorded(change: { pid?: number; processStart?: string | null } = {}): Promise<boolean> {
  const processStart = await processStartOf(process.pid);
  return isStillRunning({
    pid: process.pid,
    processStart,
    dataDirectory,
    socketDirectory: '',
    port: 1,
    ...change,
  });
}

test('reads process, data directory and status', async () => {
  await writePostmasterFile(4711);
  expect(await readPostmasterFile(dataDirectory)).toEqual({ pid: 4711, dataDirectory, status: 'ready' });
});

test('has nothing to tell where no server runs', async () => {
  expect(await readPostmasterFile(dataDirectory)).toBeUndefined();
  expect(await recorded()).toBe(false);
});

test('takes a process for the recorded server only when pid, data directory and start agree', async () => {
  await writePostmasterFile(process.pid);
  expect(await recorded()).toBe(true);
  expect(await recorded({ processStart: null })).toBe(true);
  expect(await recorded({ processStart: '1' })).toBe(process.platform !== 'linux');
  expect(await recorded({ pid: process.pid + 1 })).toBe(false);
  await writePostmasterFile(process.pid, '/somewhere/else');
  expect(await recorded()).toBe(false);
});

test('takes no dead process for a server', async () => {
  const nobody = 2 ** 22 + 1;
  await writePostmasterFile(nobody);
  expect(await recorded({ pid: nobody, processStart: null })).toBe(false);
});
