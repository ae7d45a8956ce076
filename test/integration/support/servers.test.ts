import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase, MAJORS, sharedServer } from '../../support/cluster.js';
import { startServer, startStandby, type TestServer } from '../../support/servers.js';

describe.each(MAJORS)('shared PostgreSQL %i', (major) => {
  test('is of its major, with the roles and databases that tests share', async () => {
    const server = sharedServer(major);
    const [version] = await server.query(
      "SELECT current_setting('server_version_num')::int / 10000 AS major",
    );
    expect(version).toEqual({ major });
    for (const user of ['monitor', 'bare']) {
      expect(await server.query('SELECT current_user AS me', { user, dbname: 'seeded' })).toEqual([
        { me: user },
      ]);
    }
    expect(await server.query('SELECT count(*)::int AS n FROM pg_extension', { dbname: 'empty' })).toEqual([
      { n: 1 },
    ]);
  });

  test('gives a test file a database of its own, with data and statistics', async () => {
    const server = sharedServer(major);
    const dbname = await freshDatabase(server, 'seeded');
    const [orders] = await server.query('SELECT count(*)::int AS n FROM shop.orders', { dbname });
    expect(orders).toEqual({ n: 2000 });
    const traces =
      'SELECT count(*)::int AS n FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())';
    const [statements] = await server.query(traces, { dbname });
    expect(statements?.['n']).toBeGreaterThan(5);
  });
});

describe('a server of its own', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ major: 18, auth: 'scram-sha-256', settings: { work_mem: '7MB' } });
  });
  afterAll(() => server.stop());

  test('has the settings and the rules that were asked for', async () => {
    expect(await server.query('SHOW work_mem')).toEqual([{ work_mem: '7MB' }]);
    await server.query("CREATE ROLE someone LOGIN PASSWORD 'right'");
    expect(await server.query('SELECT 1 AS one', { user: 'someone', password: 'right' })).toEqual([
      { one: 1 },
    ]);
    await expect(server.query('SELECT 1', { user: 'someone', password: 'wrong' })).rejects.toThrow(
      /authentication failed/,
    );
  });

  test('is another system than the rest of its major, though all began as copies', async () => {
    const identifier = 'SELECT system_identifier::text AS id FROM pg_control_system()';
    const both = [await server.query(identifier), await sharedServer(18).query(identifier)];
    expect(both[0]).not.toEqual(both[1]);
    expect(process.env).toHaveProperty('PGDBA_TEST_TEMPLATES');
  });

  test('comes back from a crash with what was committed', async () => {
    await server.query('CREATE TABLE kept AS SELECT 1 AS n');
    await server.crash('SIGKILL');
    await expect(server.query('SELECT 1')).rejects.toThrow();
    await server.start();
    expect(await server.query('SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  test('gets a standby, which can be promoted', async () => {
    const standby = await startStandby(server);
    try {
      await expect
        .poll(() => server.query('SELECT state FROM pg_stat_replication'))
        .toEqual([{ state: 'streaming' }]);
      expect(await standby.query('SELECT pg_is_in_recovery() AS standby')).toEqual([{ standby: true }]);
      await standby.promote();
      expect(await standby.query('SELECT pg_is_in_recovery() AS standby')).toEqual([{ standby: false }]);
    } finally {
      await standby.stop();
    }
  });
});
