import { describe, expect, it } from 'vitest';
import { findBackend, type Backend } from '../../../../src/tuning/host/backendProcess.js';
import { machineOf, type Tree } from './trees.js';

const NOW = Date.UTC(2026, 0, 31, 12, 0, 0);
/** The machine has been up for an hour; the backend began two seconds ago, at tick 359800. */
const BACKEND: Backend = {
  pid: 812,
  sessionUser: 'report user',
  database: 'shop',
  clusterName: '17/main',
  clientPort: 48034,
  startedAtMs: NOW - 2_000,
};

function processes(title: string, startTick = 359_800): Tree {
  return {
    '/proc/uptime': '3600.00 7100.12\n',
    '/proc/812/cmdline': `${title}\0\0\0\0`,
    // The name of the program may hold spaces and brackets.
    '/proc/812/stat': `812 (post) gres) S 700 812 812 0 -1 4194624 1 2 3 4 5 6 7 8 20 0 1 0 ${String(startTick)} 99 1\n`,
  };
}

const find = (tree: Tree, backend: Partial<Backend> = {}, nowMs = NOW) =>
  findBackend(machineOf(tree), { ...BACKEND, ...backend }, nowMs);

describe('the backend that serves us', () => {
  it.each([
    ['over TCP', 'postgres: 17/main: report user shop 127.0.0.1(48034) idle in transaction', {}],
    ['over TCP with log_hostname', 'postgres: 17/main: report user shop localhost(48034) SELECT', {}],
    ['over IPv6', 'postgres: 17/main: report user shop ::1(48034) SELECT', {}],
    ['over a Unix socket', 'postgres: 17/main: report user shop [local] SELECT', { clientPort: null }],
    ['in a cluster without a name', 'postgres: report user shop 127.0.0.1(48034) idle', { clusterName: '' }],
  ])('is found %s', async (_how, title, backend) => {
    expect(await find(processes(title), backend)).toEqual({ here: true, pid: 812 });
  });

  const TITLE = 'postgres: 17/main: report user shop 127.0.0.1(48034) idle in transaction';

  it.each<[string, Tree, Partial<Backend>]>([
    ['there is no such process', { '/proc/uptime': '3600.00 1.0\n' }, {}],
    ['there is no /proc', {}, {}],
    ['the process is another program', processes('/usr/bin/postgres: 17/main'), {}],
    ['the process is a postmaster', processes('/usr/lib/postgresql/17/bin/postgres\0-D\0/data'), {}],
    ['the client has another port', processes(TITLE), { clientPort: 48035 }],
    ['the port only begins alike', processes(TITLE), { clientPort: 4803 }],
    ['the client came through a socket', processes(TITLE), { clientPort: null }],
    ['the backend serves another user', processes(TITLE), { sessionUser: 'user' }],
    ['the backend serves another database', processes(TITLE), { database: 'sho' }],
    ['the backend is of another cluster', processes(TITLE), { clusterName: '16/main' }],
    ['the process began earlier', processes(TITLE, 359_200), {}],
    ['the process began later', processes(TITLE, 360_400), {}],
    ['its start cannot be read', { ...processes(TITLE), '/proc/812/stat': '812 (postgres' }, {}],
  ])('is not found when %s', async (_what, tree, backend) => {
    expect(await find(tree, backend)).toMatchObject({ here: false });
  });

  it('is not found where /proc/<pid> is kept from us, or the server does not tell', async () => {
    const hidden = machineOf(processes(TITLE), /\/812\//);
    expect(await findBackend(hidden, BACKEND, NOW)).toEqual({
      here: false,
      why: 'this machine shows no process 812',
    });
    expect(await findBackend(hidden, null, NOW)).toMatchObject({ here: false });
  });
});
