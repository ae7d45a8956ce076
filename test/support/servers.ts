import { chmod, copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { usableBinaries } from '../../src/sandbox/binaries.js';
import { type SandboxOptions, startServer as start } from '../../src/sandbox/server.js';
import { giveTo, serverUser, type SystemUser } from '../../src/sandbox/systemUser.js';
import { binariesOf } from './binaries.js';
import { prepareDataDirectory } from './dataDirectories.js';
import { freePort } from './freePort.js';
import type { Major } from './majors.js';
import { forgetFolder, makeServerFolder } from './serverFolders.js';
import { type TestServer, testServer } from './testServer.js';

export { startStandby } from './standby.js';
export type { TestServer } from './testServer.js';

/** PEM files of a server that speaks TLS; the test keeps them, the server gets copies with the owner it insists on. */
export interface ServerCertificates {
  readonly cert: string;
  readonly key: string;
  /** Root certificate that client certificates must lead to. */
  readonly ca?: string;
}

export interface ServerOptions {
  readonly major: Major;
  /** Lines of postgresql.conf, over the quick ones of every test server. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Settings for the postmaster's command line, as Patroni gives them. */
  readonly commandLine?: Readonly<Record<string, string>>;
  /** Lines of pg_hba.conf, in place of the default ones; the superuser's way in through the socket always stays. */
  readonly hba?: readonly string[];
  /** Method for TCP connections when `hba` is not given; `trust` by default. */
  readonly auth?: 'trust' | 'scram-sha-256' | 'md5' | 'password' | 'cert';
  readonly ssl?: ServerCertificates;
  /** Shows in the folder's name, for people who look at what runs. */
  readonly name?: string;
}

/** No test waits for a disk, and the statistics that sections read exist. */
const QUICK_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  shared_buffers: '16MB',
  max_connections: '60',
  max_prepared_transactions: '5',
  wal_level: 'logical',
  shared_preload_libraries: 'pg_stat_statements',
  track_io_timing: 'on',
  track_functions: 'all',
  // Autovacuum stays on, as everywhere, but never gets its turn: what is analysed is what a test analysed.
  autovacuum_naptime: '1d',
};

const SUPERUSER_BY_SOCKET = ['local all postgres trust', 'local replication postgres trust'];
const PORT_ATTEMPTS = 4;

/**
 * Starts a server of one major from the pinned npm binaries. The caller stops it.
 * @throws Error when it does not start; nothing is left running then.
 */
export async function startServer(options: ServerOptions): Promise<TestServer> {
  const user = serverUser();
  const binaries = await usableBinaries(await binariesOf(options.major), user);
  const folder = await makeServerFolder(options.name ?? `pg${String(options.major)}`, user);
  for (let attempt = 1; ; attempt++) {
    const sandbox: SandboxOptions = {
      binaries,
      user,
      dataDirectory: join(folder, 'data'),
      socketDirectory: join(folder, 's'),
      logFile: join(folder, 'log'),
      port: await freePort(),
      listen: '127.0.0.1',
      settings: { ...QUICK_SETTINGS, ...sslSettings(options.ssl), ...options.settings },
      ...(options.commandLine === undefined ? {} : { commandLine: options.commandLine }),
      hba: [...SUPERUSER_BY_SOCKET, ...(options.hba ?? defaultRules(options.auth ?? 'trust'))],
      detached: false,
    };
    try {
      await prepareDataDirectory(options.major, sandbox);
      await installCertificates(sandbox.dataDirectory, options.ssl, user);
      return testServer(options.major, folder, sandbox, await start(sandbox));
    } catch (error) {
      // Between asking for a free port and using it, another process may have taken it.
      const portTaken = /could not (bind|create any TCP)/.test(String(error)) && attempt < PORT_ATTEMPTS;
      await rm(sandbox.dataDirectory, { recursive: true, force: true });
      if (portTaken) continue;
      await forgetFolder(folder);
      throw error;
    }
  }
}

function defaultRules(auth: string): string[] {
  return [
    'local all all trust',
    'local replication all trust',
    `host all all 127.0.0.1/32 ${auth}`,
    `host replication all 127.0.0.1/32 ${auth}`,
  ];
}

function sslSettings(ssl: ServerCertificates | undefined): Record<string, string> {
  if (ssl === undefined) return {};
  const own = { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' };
  return ssl.ca === undefined ? own : { ...own, ssl_ca_file: 'root.crt' };
}

async function installCertificates(
  dataDirectory: string,
  ssl: ServerCertificates | undefined,
  user: SystemUser | undefined,
): Promise<void> {
  if (ssl === undefined) return;
  const files = { 'server.crt': ssl.cert, 'server.key': ssl.key, 'root.crt': ssl.ca };
  for (const [name, source] of Object.entries(files)) {
    if (source === undefined) continue;
    const target = join(dataDirectory, name);
    await copyFile(source, target);
    await chmod(target, 0o600);
    await giveTo(target, user);
  }
}
