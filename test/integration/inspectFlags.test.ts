import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspect, section, shortcomings } from '../support/inspected.js';
import { runCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ major: 18 });
  await server.query('CREATE ROLE bare LOGIN');
  for (const name of ['one', 'two', 'closed', 'off']) {
    await server.createDatabase(name);
    await server.query(`CREATE TABLE in_${name} (id int PRIMARY KEY)`, { dbname: name });
    await server.query(`INSERT INTO in_${name} SELECT generate_series(1, 10)`, { dbname: name });
  }
  await server.query('CREATE EXTENSION pg_stat_statements', { dbname: 'two' });
  await server.query('REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
  await server.query('ALTER DATABASE off WITH ALLOW_CONNECTIONS false');
  await server.query(
    'CREATE TABLE small (id int); CREATE TABLE large (id int); CREATE TABLE empty (id int)',
    {
      dbname: 'postgres',
    },
  );
  await server.query('INSERT INTO large SELECT generate_series(1, 5000); INSERT INTO small VALUES (1)');
  await server.query('VACUUM ANALYZE');
});
afterAll(() => server.stop());

describe('--sections and --exclude', () => {
  test('read what is named, in the registry’s order, and tell what was excluded', async () => {
    const { data } = await inspect(server.dsn(), [
      '--sections=pg_roles, system,pg_extension',
      '--exclude',
      'pg_extension',
    ]);
    expect(Object.keys(data.sections)).toEqual(['system', 'pg_roles', 'pg_extension']);
    expect(shortcomings({ data })).toEqual({ pg_extension: 'skipped section_excluded' });
  });

  test('an excluded section is not sent to the server', async () => {
    const whole = await inspect(server.dsn());
    const { data, envelope } = await inspect(server.dsn(), ['--exclude', 'pg_settings,pg_locks']);
    expect(shortcomings({ data })).toMatchObject({
      pg_settings: 'skipped section_excluded',
      pg_locks: 'skipped section_excluded',
    });
    expect(envelope.meta.cost.queries).toBe(whole.envelope.meta.cost.queries - 4);
  });

  test.each([
    [['--sections', 'pg_stat_nothing'], 'there is no section "pg_stat_nothing"'],
    [['--exclude', 'nothing'], 'there is no section "nothing"'],
    [['--sections', 'system', '--exclude', 'system'], 'no section is left to read'],
  ])('%j is a usage error', async (args, message) => {
    const { exitCode, envelope } = await runCli(['inspect', '--dsn', server.dsn(), ...args]);
    expect(exitCode).toBe(2);
    expect(envelope.error).toMatchObject({ code: 'usage', message });
  });
});

describe('--limit', () => {
  test('cuts the smallest tables and tells how many there are; 0 cuts nothing', async () => {
    const two = await inspect(server.dsn(), ['--sections', 'pg_stat_user_tables', '--limit', '1']);
    expect(section(two, 'pg_stat_user_tables')).toMatchObject({
      status: 'ok',
      reason: 'truncated',
      truncated: { shown: 1, total: 3 },
      rows: [{ relname: 'large' }],
    });
    const all = await inspect(server.dsn(), ['--sections', 'pg_stat_user_tables', '--limit', '0']);
    expect(section(all, 'pg_stat_user_tables')).toMatchObject({
      status: 'ok',
      reason: null,
      truncated: null,
    });
    expect(section(all, 'pg_stat_user_tables').rows.map((row) => row['relname'])).toEqual([
      'large',
      'small',
      'empty',
    ]);
  });

  test('never cuts pg_settings', async () => {
    const one = await inspect(server.dsn(), ['--sections', 'pg_settings', '--limit', '1']);
    expect(section(one, 'pg_settings').truncated).toBeNull();
    expect(section(one, 'pg_settings').rows.length).toBeGreaterThan(350);
  });
});

describe('--all-databases', () => {
  const TABLES = ['--all-databases', '--sections', 'pg_stat_user_tables,pg_extension,system'];
  const places = (rows: readonly Readonly<Record<string, unknown>>[], name: string): string[] =>
    rows.map((row) => `${String(row['database'])}.${String(row[name])}`).sort();

  test('reads the per-database sections of every database that accepts connections', async () => {
    const inspected = await inspect(server.dsn(), TABLES);
    expect(inspected.result.exitCode).toBe(0);
    expect(inspected.data.databases).toEqual(
      ['postgres', 'closed', 'one', 'two'].map((database) => ({ database, status: 'ok', message: null })),
    );
    expect(places(section(inspected, 'pg_stat_user_tables').rows, 'relname')).toEqual([
      'closed.in_closed',
      'one.in_one',
      'postgres.empty',
      'postgres.large',
      'postgres.small',
      'two.in_two',
    ]);
    expect(places(section(inspected, 'pg_extension').rows, 'name')).toEqual([
      'closed.plpgsql',
      'one.plpgsql',
      'postgres.plpgsql',
      'two.pg_stat_statements',
      'two.plpgsql',
    ]);
    expect(section(inspected, 'system').rows).toHaveLength(1);
  });

  test('tells which database the role may not connect to, and reads the others', async () => {
    const inspected = await inspect(server.dsn({ user: 'bare' }), TABLES);
    expect(inspected.result.exitCode).toBe(0);
    expect(inspected.data.databases).toEqual([
      { database: 'postgres', status: 'ok', message: null },
      { database: 'closed', status: 'skipped', message: 'the role may not connect to it' },
      { database: 'one', status: 'ok', message: null },
      { database: 'two', status: 'ok', message: null },
    ]);
    expect(inspected.envelope.warnings).toContainEqual(
      expect.objectContaining({ code: 'database_skipped', subject: 'closed' }),
    );
    expect(places(section(inspected, 'pg_stat_user_tables').rows, 'relname')).not.toContain(
      'closed.in_closed',
    );
  });

  test('a row of the connected database says which one it is of, without the flag too', async () => {
    const inspected = await inspect(server.dsn({ dbname: 'one' }), ['--sections', 'pg_stat_user_tables']);
    expect(section(inspected, 'pg_stat_user_tables').rows).toMatchObject([
      { database: 'one', relname: 'in_one' },
    ]);
  });

  test('counts the cut of all databases together', async () => {
    const inspected = await inspect(server.dsn(), [...TABLES, '--limit', '1']);
    expect(section(inspected, 'pg_stat_user_tables').truncated).toEqual({ shown: 4, total: 6 });
  });
});
