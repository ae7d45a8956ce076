import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveTo, serverUser } from '../../src/sandbox/systemUser.js';
import { freePort } from '../support/freePort.js';

const BINARY = '/usr/sbin/pgbouncer';

export interface Pgbouncer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a transaction pooler with one server connection in front of a server that trusts 127.0.0.1. */
export async function startPgbouncer(
  serverPort: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<Pgbouncer> {
  const user = serverUser();
  const folder = await mkdtemp(join(tmpdir(), 'pgdba-test-pgbouncer-'));
  const port = await freePort();
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    default_pool_size: '1',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}\n`);
  const file = join(folder, 'pgbouncer.ini');
  const database = `postgres = host=127.0.0.1 port=${String(serverPort)} user=postgres dbname=postgres`;
  await writeFile(file, `[databases]\n${database}\n[pgbouncer]\n${lines.join('')}`);
  await chmod(folder, 0o700);
  for (const path of [file, folder]) await giveTo(path, user);
  const child = spawn(BINARY, [file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
    child.once('error', (error) => {
      log += error.message;
      resolve();
    });
  });
  const listening = await Promise.race([answers(port), ended.then(() => false)]);
  if (!listening) throw new Error(`pgbouncer did not start: ${log}`);
  return {
    port,
    stop: async () => {
      child.kill('SIGINT');
      const forced = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(forced);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    if (open) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
