import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries, type ServerBinaries, usableBinaries } from './binaries.js';
import type { RunningServer } from './postmaster.js';
import { startSandbox, stopServer } from './server.js';
import { SHOP_DATABASE } from './shop.js';
import { giveTo, serverUser, type SystemUser } from './systemUser.js';

/** A demo server that runs: plain data, as the record of a kept one holds it. */
export interface DemoServer {
  readonly server: RunningServer;
  /** Version of the PostgreSQL binaries. */
  readonly version: string;
  /** Folder of everything that belongs to it. */
  readonly directory: string;
  /** Account that it runs as; null = the one that runs pgdba. */
  readonly runsAs: string | null;
}

const DIRECTORY_PREFIX = 'pgdba-demo-';

/** Only the socket is open, and only to who may enter its folder: any port number does. */
const PORT = 5432;

const SETTINGS: Readonly<Record<string, string>> = {
  shared_preload_libraries: 'pg_stat_statements',
  track_io_timing: 'on',
  max_connections: '60',
  max_prepared_transactions: '5',
  shared_buffers: '64MB',
};

/**
 * Starts an empty demo server in a folder of its own, open through a Unix socket alone.
 * @param packageRoot folder from which the npm packages of the binaries are looked for
 * @throws PgdbaError `embedded_server_missing`, `demo_failed`; nothing is left behind then.
 */
export async function startDemoServer(packageRoot: string, signal: AbortSignal): Promise<DemoServer> {
  const user = serverUser();
  const binaries = await usableBinaries(findBinaries(packageRoot), user);
  // /tmp is a link on macOS, and the server notes the path without links.
  const directory = await mkdtemp(join(await realpath(tmpdir()), DIRECTORY_PREFIX));
  try {
    await giveTo(directory, user);
    const server = await startSandbox({ ...optionsFor(binaries, user, directory), signal });
    return { server, version: binaries.version, directory, runsAs: user?.name ?? null };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

function optionsFor(
  binaries: ServerBinaries,
  user: SystemUser | undefined,
  directory: string,
): Parameters<typeof startSandbox>[0] {
  return {
    binaries,
    user,
    dataDirectory: join(directory, 'data'),
    socketDirectory: join(directory, 's'),
    logFile: join(directory, 'server.log'),
    port: PORT,
    listen: '',
    settings: SETTINGS,
    hba: ['local all all trust'],
    // Ctrl-C in the terminal is ours to handle, and --keep is to outlive us.
    detached: true,
  };
}

/** Stops exactly this server and removes its folder. @throws PgdbaError `demo_failed` when it does not stop. */
export async function removeDemoServer(demo: DemoServer): Promise<void> {
  await stopServer(demo.server);
  // The record comes from a file: only a folder that this module could have made is removed.
  const ours =
    demo.directory.includes(`/${DIRECTORY_PREFIX}`) &&
    demo.server.dataDirectory === join(demo.directory, 'data');
  if (ours) await rm(demo.directory, { recursive: true, force: true, maxRetries: 5 });
}

/** Connection URI of a role, without a password: whoever may enter the socket's folder is trusted. */
export function demoDsn(demo: DemoServer, role = 'postgres', database = SHOP_DATABASE): string {
  return `postgresql://${role}@${encodeURIComponent(demo.server.socketDirectory)}:${String(demo.server.port)}/${database}`;
}
