import { appendFile, chmod, cp, lstat, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usableBinaries } from '../../src/sandbox/binaries.js';
import { type SandboxOptions, startServer } from '../../src/sandbox/server.js';
import { giveTo, serverUser, type SystemUser } from '../../src/sandbox/systemUser.js';
import { binariesOf } from './binaries.js';
import { freePort } from './freePort.js';
import { forgetFolder, makeServerFolder } from './serverFolders.js';
import { type TestServer, testServer } from './testServer.js';

/**
 * A streaming standby of `primary`, as a cold copy of its data directory: the primary is stopped, copied and started
 * again. The npm packages hold no pg_basebackup. `settings` come after those copied from the primary.
 */
export async function startStandby(
  primary: TestServer,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const user = serverUser();
  const binaries = await usableBinaries(await binariesOf(primary.major), user);
  const folder = await makeServerFolder(`pg${String(primary.major)}-standby`, user);
  const sandbox: SandboxOptions = {
    binaries,
    user,
    dataDirectory: join(folder, 'data'),
    socketDirectory: join(folder, 's'),
    logFile: join(folder, 'log'),
    port: await freePort(),
    listen: '127.0.0.1',
    settings: {},
    hba: [],
    detached: false,
  };
  try {
    await primary.halt();
    await cp(primary.dataDirectory, sandbox.dataDirectory, { recursive: true, verbatimSymlinks: true });
    await primary.start();
    await makeStandby(sandbox, primary, settings);
    return testServer(primary.major, folder, sandbox, await startServer(sandbox));
  } catch (error) {
    await forgetFolder(folder);
    throw error;
  }
}

async function makeStandby(
  sandbox: SandboxOptions,
  primary: TestServer,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const conninfo = `host=${primary.socketDirectory} port=${String(primary.port)} user=postgres`;
  const all = {
    port: String(sandbox.port),
    unix_socket_directories: sandbox.socketDirectory,
    primary_conninfo: conninfo,
    hot_standby: 'on',
    wal_receiver_status_interval: '1s',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'\n`);
  await appendFile(join(sandbox.dataDirectory, 'postgresql.conf'), lines.join(''));
  await writeFile(join(sandbox.dataDirectory, 'standby.signal'), '');
  await chmod(sandbox.dataDirectory, 0o700);
  await giveTree(sandbox.dataDirectory, sandbox.user);
}

async function giveTree(path: string, user: SystemUser | undefined): Promise<void> {
  await giveTo(path, user);
  if (!(await lstat(path)).isDirectory()) return;
  for (const name of await readdir(path)) await giveTree(join(path, name), user);
}
