import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { usableBinaries } from '../../../src/sandbox/binaries.js';
import { isAlive, readPostmasterFile } from '../../../src/sandbox/postmaster.js';
import { type SandboxOptions, startSandbox, startServer, stopServer } from '../../../src/sandbox/server.js';
import { giveTo, serverUser } from '../../../src/sandbox/systemUser.js';
import { binariesOf } from '../../support/binaries.js';

let folder: string;
let options: SandboxOptions;
beforeEach(async () => {
  const user = serverUser();
  folder = await mkdtemp(join(tmpdir(), 'pgdba-server-'));
  await giveTo(folder, user);
  options = {
    binaries: await usableBinaries(await binariesOf(18), user),
    user,
    dataDirectory: join(folder, 'data'),
    socketDirectory: join(folder, 's'),
    logFile: join(folder, 'log'),
    port: 5432,
    listen: '',
    settings: {},
    hba: ['local all all trust'],
    detached: true,
  };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('tells the last lines of the log when the server does not start, and leaves none', async () => {
  const wrong = { ...options, settings: { shared_preload_libraries: 'no_such_library' } };
  await expect(startSandbox(wrong)).rejects.toMatchObject({
    code: 'demo_failed',
    message: expect.stringMatching(
      /ended with exit code 1[^]*could not access file "no_such_library"/,
    ) as string,
  });
  expect(await readPostmasterFile(options.dataDirectory)).toBeUndefined();
});

test('tells what initdb said when there can be no data directory', async () => {
  const running = await startSandbox(options);
  try {
    await expect(startSandbox(options)).rejects.toMatchObject({
      code: 'demo_failed',
      message: expect.stringMatching(/initdb failed: .*exists but is not empty/) as string,
    });
    expect(await isAlive(running.pid)).toBe(true);
  } finally {
    await stopServer(running);
  }
});

test('a server that takes too long is stopped again', async () => {
  const running = startSandbox({ ...options, startTimeoutMs: 0 });
  await expect(running).rejects.toMatchObject({ message: expect.stringContaining('in time') as string });
  // One that was left alone would have its note here by then.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await readPostmasterFile(options.dataDirectory)).toBeUndefined();
});

test('stops, starts again on the same data, and stops twice without harm', async () => {
  const first = await startSandbox(options);
  await stopServer(first);
  expect(await isAlive(first.pid)).toBe(false);
  const second = await startServer(options);
  await stopServer(first);
  expect(await isAlive(second.pid)).toBe(true);
  await stopServer(second);
  await stopServer(second);
  expect(await isAlive(second.pid)).toBe(false);
});
