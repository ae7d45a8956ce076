import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { openSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { programPath, usableBinaries } from '../../src/sandbox/binaries.js';
import { hasEndedWithin } from '../../src/sandbox/server.js';
import { serverUser } from '../../src/sandbox/systemUser.js';
import type { Envelope } from '../../src/output/envelope.js';
import { binariesOf } from '../support/binaries.js';
import { startProxy } from '../support/proxy.js';
import { until } from '../support/inspected.js';
import { runCli } from '../support/runCli.js';
import type { ServerHandle } from '../support/serverHandle.js';
import { startServer, startStandby, type TestServer } from '../support/servers.js';

type Cluster = NonNullable<Envelope['cluster']>;

async function look(dsn: string): Promise<{ cluster: Cluster; warnings: string[] }> {
  const { exitCode, envelope } = await runCli(['inspect', '--dsn', dsn, '--sections', 'system']);
  expect(exitCode).toBe(0);
  if (envelope.cluster === null) throw new Error('the envelope names no cluster');
  return { cluster: envelope.cluster, warnings: envelope.warnings.map(({ code }) => code) };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function systemIdentifier(server: ServerHandle): Promise<string> {
  const [row] = await server.query('SELECT system_identifier::text AS id FROM pg_control_system()');
  return row?.['id'] as string;
}

async function oidOf(server: ServerHandle, dbname: string): Promise<number> {
  const [row] = await server.query('SELECT oid::int FROM pg_database WHERE datname = $1', {
    params: [dbname],
  });
  return row?.['oid'] as number;
}

describe('a cluster of two', () => {
  let primary: TestServer;
  let standby: TestServer;
  beforeAll(async () => {
    primary = await startServer({ major: 17 });
    await primary.createDatabase('other');
    await primary.query('CREATE ROLE monitor LOGIN IN ROLE pg_monitor; CREATE ROLE bare LOGIN');
    standby = await startStandby(primary);
  });
  afterAll(async () => {
    await standby.stop();
    await primary.stop();
  });

  test('has one fingerprint by every way that leads to it, for every role', async () => {
    const proxy = await startProxy({ target: primary });
    const port = String(primary.port);
    const fingerprint = sha256(await systemIdentifier(primary));
    const ways = [
      primary.dsn(),
      primary.dsn({ dbname: 'other' }),
      primary.dsn({ user: 'bare' }),
      primary.dsn({ user: 'monitor', dbname: 'other' }),
      primary.dsn({ socket: true }),
      `host=localhost port=${port} user=postgres dbname=postgres`,
      `host=never.looked.up hostaddr=127.0.0.1 port=${port} user=postgres dbname=postgres`,
      `host=127.0.0.1 port=${String(proxy.port)} user=postgres dbname=postgres`,
      standby.dsn(),
      standby.dsn({ socket: true, user: 'bare' }),
    ];
    for (const way of ways) {
      const { cluster, warnings } = await look(way);
      expect(cluster, way).toMatchObject({
        fingerprint,
        tier: 'system_identifier',
        timeline: 1,
        managed_by: 'standalone',
      });
      expect(warnings, way).not.toContain('identity_degraded');
    }
    await proxy.close();
  });

  test('reports all inputs, whatever tier they make', async () => {
    const { cluster } = await look(`host=localhost port=${String(primary.port)} user=postgres dbname=other`);
    expect(cluster.identity).toEqual({
      system_identifier: await systemIdentifier(primary),
      resolved_addr: '127.0.0.1',
      resolved_port: primary.port,
      datid: await oidOf(primary, 'other'),
      config_host: 'localhost',
      config_port: primary.port,
    });
    const bySocket = await look(primary.dsn({ socket: true }));
    expect(bySocket.cluster.identity).toMatchObject({
      resolved_addr: null,
      resolved_port: null,
      config_host: primary.socketDirectory,
    });
  });

  test('tells its members apart by role and node', async () => {
    const { cluster: first } = await look(primary.dsn({ user: 'monitor' }));
    const { cluster: second } = await look(standby.dsn({ user: 'monitor' }));
    expect(first).toMatchObject({
      role: 'primary',
      node: { addr: '127.0.0.1', port: primary.port, data_directory: primary.dataDirectory },
    });
    expect(second).toMatchObject({
      role: 'standby',
      node: { addr: '127.0.0.1', port: standby.port, data_directory: standby.dataDirectory },
    });
  });

  test('falls by one tier where pg_control_system() is refused, and by two over a socket, with a warning', async () => {
    // A privilege on a function holds in one database.
    await primary.query('REVOKE EXECUTE ON FUNCTION pg_catalog.pg_control_system() FROM PUBLIC', {
      dbname: 'other',
    });
    const datid = await oidOf(primary, 'other');
    const port = String(primary.port);
    const overTcp = await look(primary.dsn({ user: 'monitor', dbname: 'other' }));
    expect(overTcp.cluster).toMatchObject({
      tier: 'resolved_addr',
      fingerprint: sha256(`127.0.0.1:${port}:${String(datid)}`),
      system_identifier: null,
      timeline: 1,
    });
    const overSocket = await look(primary.dsn({ user: 'monitor', dbname: 'other', socket: true }));
    expect(overSocket.cluster).toMatchObject({
      tier: 'config_addr',
      fingerprint: sha256(`${primary.socketDirectory}:${port}`),
    });
    for (const { warnings } of [overTcp, overSocket]) expect(warnings).toContain('identity_degraded');
    const superuser = await look(primary.dsn({ dbname: 'other' }));
    expect(superuser.cluster.tier).toBe('system_identifier');
    expect(superuser.warnings).toEqual([]);
    await primary.query('GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO monitor', {
      dbname: 'other',
    });
    expect((await look(primary.dsn({ user: 'monitor', dbname: 'other' }))).cluster.tier).toBe(
      'system_identifier',
    );
  });

  test('has the next timeline at once when the standby is promoted', async () => {
    await standby.promote();
    const { cluster } = await look(standby.dsn());
    expect(cluster).toMatchObject({
      fingerprint: sha256(await systemIdentifier(primary)),
      role: 'primary',
      timeline: 2,
      node: { port: standby.port },
    });
    expect((await look(primary.dsn())).cluster).toMatchObject({ role: 'primary', timeline: 1 });
  });
});

describe('what manages a server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ major: 16 });
    await server.query('CREATE ROLE bare LOGIN');
  });
  afterAll(() => server.stop());

  test.each([
    ['standalone', 'SELECT 1', 'SELECT 1'],
    ['rds', 'CREATE ROLE rds_superuser', 'DROP ROLE rds_superuser'],
    ['azure', 'CREATE ROLE azure_pg_admin', 'DROP ROLE azure_pg_admin'],
    ['cloudsql', 'CREATE ROLE cloudsqlsuperuser', 'DROP ROLE cloudsqlsuperuser'],
    [
      'aurora',
      "CREATE ROLE rds_superuser; CREATE FUNCTION aurora_version() RETURNS text LANGUAGE sql AS $$SELECT '16.1'$$",
      'DROP ROLE rds_superuser; DROP FUNCTION aurora_version()',
    ],
    ['standalone', 'CREATE ROLE streaming_replica', 'DROP ROLE streaming_replica'],
  ])('is %s after %s', async (manager, make, undo) => {
    await server.query(make);
    expect((await look(server.dsn())).cluster.managed_by).toBe(manager);
    await server.query(undo);
  });

  test('cannot be told by a role that may not see where CloudNativePG would keep its sockets', async () => {
    await server.query('CREATE ROLE streaming_replica');
    expect((await look(server.dsn({ user: 'bare' }))).cluster.managed_by).toBe('unknown');
    await server.query('DROP ROLE streaming_replica');
  });

  test('is Patroni when the settings that only it passes stand on the command line', async () => {
    await server.halt();
    const user = serverUser();
    const binaries = await usableBinaries(await binariesOf(16), user);
    const settings = [
      'max_connections=50',
      'max_locks_per_transaction=64',
      'max_prepared_transactions=5',
      'max_worker_processes=8',
      'track_commit_timestamp=off',
      'wal_level=logical',
    ];
    const log = openSync('/dev/null', 'w');
    const postmaster = spawn(
      programPath(binaries, 'postgres'),
      ['-D', server.dataDirectory, ...settings.flatMap((setting) => ['-c', setting])],
      { stdio: ['ignore', log, log], ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }) },
    );
    try {
      await until(() => server.query('SELECT 1').catch(() => undefined));
      for (const choice of [{}, { user: 'bare' }]) {
        expect((await look(server.dsn(choice))).cluster.managed_by).toBe('patroni');
      }
    } finally {
      postmaster.kill('SIGINT');
      await hasEndedWithin(postmaster.pid ?? 0, 10_000);
    }
    await server.start();
    expect((await look(server.dsn())).cluster.managed_by).toBe('standalone');
  });
});
