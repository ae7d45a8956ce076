import { chmod, cp, mkdtemp, readdir, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ServerBinaries, usableBinaries } from '../../../src/sandbox/binaries.js';
import { startSandbox, stopServer } from '../../../src/sandbox/server.js';
import { giveTo, serverUser } from '../../../src/sandbox/systemUser.js';
import { binariesOf } from '../../support/binaries.js';
import { freePort } from '../../support/freePort.js';

const user = serverUser();
let folder: string;
let cache: string;
let installed: ServerBinaries;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdba-binaries-'));
  await chmod(folder, 0o755);
  cache = join(folder, 'cache');
  const original = await binariesOf(18);
  installed = { ...original, packageDirectory: join(folder, 'package') };
  await cp(original.packageDirectory, installed.packageDirectory, {
    recursive: true,
    verbatimSymlinks: true,
  });
});
afterEach(async () => {
  await chmod(join(installed.packageDirectory, 'native', 'lib'), 0o755);
  await rm(folder, { recursive: true, force: true });
});

/** Takes away what a package without its install script lacks. */
async function removeLinks(): Promise<void> {
  const lib = join(installed.packageDirectory, 'native', 'lib');
  for (const entry of await readdir(lib, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await unlink(join(lib, entry.name));
  }
}

test('makes the missing links where the package lies, and uses it there', async () => {
  await removeLinks();
  expect(await usableBinaries(installed, user, [cache])).toEqual(installed);
});

test('copies a package that the server’s account cannot reach, or that we may not complete, and starts it', async () => {
  await removeLinks();
  if (user === undefined) await chmod(join(installed.packageDirectory, 'native', 'lib'), 0o555);
  else await chmod(installed.packageDirectory, 0o700);

  const copy = await usableBinaries(installed, user, [cache]);
  expect(copy.packageDirectory).toBe(join(cache, `postgres-${installed.version}`));
  expect(await usableBinaries(installed, user, [cache])).toEqual(copy);
  expect(await readdir(cache)).toEqual([`postgres-${installed.version}`]);

  const place = await mkdtemp(join(tmpdir(), 'pgdba-copy-'));
  await giveTo(place, user);
  const server = await startSandbox({
    binaries: copy,
    user,
    dataDirectory: join(place, 'data'),
    socketDirectory: join(place, 's'),
    logFile: join(place, 'log'),
    port: await freePort(),
    listen: '',
    settings: { shared_preload_libraries: 'pg_stat_statements' },
    hba: ['local all all trust'],
    detached: false,
  });
  await stopServer(server);
  await rm(place, { recursive: true });
});

test('two that copy at the same moment both get the one copy', async () => {
  if (user === undefined) {
    await removeLinks();
    await chmod(join(installed.packageDirectory, 'native', 'lib'), 0o555);
  } else {
    await chmod(installed.packageDirectory, 0o700);
  }
  const copies = await Promise.all([1, 2].map(() => usableBinaries(installed, user, [cache])));
  expect(copies[0]).toEqual(copies[1]);
  expect(await readdir(cache)).toEqual([`postgres-${installed.version}`]);
});
