import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { giveTo, serverUser } from '../../src/sandbox/systemUser.js';
import { freePort } from './freePort.js';
import { handleOf, type ServerHandle } from './serverHandle.js';

const BIN = '/usr/lib/postgresql/15/bin';
const run = promisify(execFile);

/**
 * A server of Debian's own PostgreSQL 15, which has the extensions that Debian packages; the caller stops it.
 * @param more settings beside the quick ones
 */
export async function startDebianServer(
  more: Readonly<Record<string, string>> = {},
): Promise<{ handle: ServerHandle; stop: () => Promise<void> }> {
  const user = serverUser();
  const folder = await mkdtemp(join(tmpdir(), 'pgdba-test-debian-'));
  await giveTo(folder, user);
  const as = { cwd: folder, ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }) };
  const data = join(folder, 'data');
  const port = await freePort();
  await run(`${BIN}/initdb`, ['-D', data, '-U', 'postgres', '-A', 'trust', '-N', '--locale=C.UTF-8'], as);
  const settings = [
    `-p ${String(port)}`,
    `-k ${folder}`,
    '-c fsync=off',
    '-c autovacuum_naptime=1d',
    '-c listen_addresses=127.0.0.1',
    ...Object.entries(more).map(([name, value]) => `-c ${name}=${value}`),
  ];
  await run(
    `${BIN}/pg_ctl`,
    ['-D', data, '-w', '-l', join(folder, 'log'), '-o', settings.join(' '), 'start'],
    as,
  );
  const handle = handleOf({
    major: 15,
    host: '127.0.0.1',
    port,
    socketDirectory: folder,
    dataDirectory: data,
    superuser: 'postgres',
    password: '',
  });
  return {
    handle,
    stop: async () => {
      await run(`${BIN}/pg_ctl`, ['-D', data, '-m', 'fast', '-w', 'stop'], as);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
