import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { computed, COUNTING_SECTIONS, delta, expectVoid, rates } from '../support/delta.js';
import { startProxy } from '../support/proxy.js';
import { ourBackends, section, VISITS_LOGGED } from '../support/inspected.js';
import { runCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';

describe('--delta on one server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ major: 18, settings: VISITS_LOGGED });
    await server.query(
      'CREATE EXTENSION pg_stat_statements; CREATE TABLE work (id int); CREATE ROLE bare LOGIN',
    );
    await server.query(
      'INSERT INTO work SELECT generate_series(1, 10000); SELECT pg_stat_force_next_flush()',
    );
  });
  afterAll(() => server.stop());

  test('gives per second what was done in between', async () => {
    const inspected = await delta(server, server.dsn(), async () => {
      const client = await server.client();
      for (let i = 0; i < 4; i++) await client.query('INSERT INTO work SELECT generate_series(1, 75)');
      await client.end();
    });
    const { mode, interval_ms } = inspected.data;
    expect({ mode, interval_ms }).toEqual({ mode: 'delta', interval_ms: 1500 });
    for (const id of ['pg_stat_user_tables', 'pg_stat_statements']) {
      const seconds = (computed(inspected, id).interval_ms ?? 0) / 1000;
      expect(seconds).toBeGreaterThan(1.4);
      expect(seconds).toBeLessThan(15);
    }
    const perSecond = (id: string, grown: number): number =>
      (grown * 1000) / (computed(inspected, id).interval_ms ?? 0);
    const table = computed(inspected, 'pg_stat_user_tables').rows.find((row) => row['relname'] === 'work');
    expect(table?.['n_tup_ins_per_s']).toBeCloseTo(perSecond('pg_stat_user_tables', 300), 6);
    expect(table?.['n_tup_upd_per_s']).toBe(0);
    const { sample1, sample2 } = section(inspected, 'pg_stat_user_tables');
    expect([sample1?.rows[0]?.['n_tup_ins'], sample2?.rows[0]?.['n_tup_ins']]).toEqual([10_000, 10_300]);
    const statement = computed(inspected, 'pg_stat_statements').rows.find((row) =>
      String(row['query']).startsWith('INSERT INTO work SELECT generate_series($1, $2)'),
    );
    // The statement is older than the first sample: its second run in the set-up has the same queryid.
    expect(statement?.['rows_per_s']).toBeCloseTo(perSecond('pg_stat_statements', 300), 6);
    for (const rate of Object.values(inspected.data.sections).flatMap((one) =>
      rates(one.computed?.rows ?? []),
    )) {
      if (rate !== null) expect(rate).toBeGreaterThanOrEqual(0);
    }
    expect(inspected.envelope.warnings).toEqual([]);
  });

  test('pg_stat_reset() voids the rates of that database as reset', async () => {
    const inspected = await delta(server, server.dsn(), async () => {
      await server.query('SELECT pg_stat_reset()');
      await server.query('INSERT INTO work SELECT generate_series(1, 90000)');
    });
    expectVoid(inspected, 'pg_stat_user_tables', 'reset');
    const own = computed(inspected, 'pg_stat_database').rows.find((row) => row['datname'] === 'postgres');
    expect(own).toMatchObject({ xact_commit_per_s: null, tup_inserted_per_s: null });
    const other = computed(inspected, 'pg_stat_database').rows.find((row) => row['datname'] === 'template1');
    expect(other?.['tup_inserted_per_s']).toBe(0);
  });

  test.each([
    ['1.12', 'reset', 'lower'],
    ['1.10', 'reset', 'upper'],
    ['1.8', 'negative', 'initcap'],
  ])('pg_stat_statements_reset() voids all statements, extension %s', async (version, reason, name) => {
    await server.query('DROP EXTENSION pg_stat_statements');
    await server.query(`CREATE EXTENSION pg_stat_statements VERSION '${version}'`);
    const client = await server.client();
    await client.query(`SELECT ${name}('x')`);
    for (let i = 0; i < 5; i++) await client.query('SELECT 2 AS often_then_once, 3');
    const inspected = await delta(server, server.dsn(), async () => {
      await client.query('SELECT pg_stat_statements_reset()');
      // Of this one every counter is higher than before the reset.
      for (let i = 0; i < 300; i++) await client.query(`SELECT ${name}('x')`);
      await client.query('SELECT 2 AS often_then_once, 3');
      await client.end();
    });
    const { rows, void: voided } = computed(inspected, 'pg_stat_statements');
    const often = rows.find((row) => row['query'] === `SELECT ${name}($1)`);
    expect(often).toMatchObject({ calls_per_s: null, rows_per_s: null });
    expect(rates(rows).filter((rate) => rate !== null)).toEqual([]);
    expect(voided.map((one) => one.reason)).toContain(reason);
  });

  test('an upgrade of the extension voids its section and no other', async () => {
    await server.query('DROP EXTENSION pg_stat_statements');
    await server.query("CREATE EXTENSION pg_stat_statements VERSION '1.10'");
    const inspected = await delta(server, server.dsn(), () =>
      server.query('ALTER EXTENSION pg_stat_statements UPDATE'),
    );
    expectVoid(inspected, 'pg_stat_statements', 'extension_upgraded');
    expect(computed(inspected, 'pg_stat_user_tables').void).toEqual([]);
  });

  test('statements that a role cannot tell apart get no rates', async () => {
    const inspected = await delta(server, server.dsn({ user: 'bare' }), () => server.query('SELECT 1'));
    const hidden = computed(inspected, 'pg_stat_statements').rows.filter((row) => row['visible'] === false);
    expect(hidden.length).toBeGreaterThan(2);
    expect(rates(hidden).filter((rate) => rate !== null)).toEqual([]);
  });

  test('a restart voids everything', async () => {
    const inspected = await delta(server, server.dsn(), () => server.restart(), [
      '--interval',
      '4s',
      '--sections',
      COUNTING_SECTIONS,
    ]);
    for (const id of ['pg_stat_user_tables', 'pg_stat_database', 'pg_stat_io', 'pg_stat_wal']) {
      expectVoid(inspected, id, 'restarted');
    }
  });

  test('a server that is gone for the second sample is exit 4 with the first sample kept', async () => {
    const proxy = await startProxy({ target: server });
    const dsn = `postgresql://postgres@127.0.0.1:${String(proxy.port)}/postgres`;
    const inspected = await delta(server, dsn, () => proxy.close());
    expect(inspected.result.exitCode).toBe(4);
    expect(inspected.envelope.error?.code).toBe('connection_refused');
    expect(section(inspected, 'pg_stat_user_tables').sample1?.rows).toHaveLength(1);
    expect(section(inspected, 'pg_stat_user_tables').sample2).toBeUndefined();
    expect(inspected.envelope.cluster?.tier).toBe('system_identifier');
    expect(inspected.envelope.warnings).toContainEqual(
      expect.objectContaining({ code: 'second_sample_missing' }),
    );
  });

  test('a second sample that --timeout cuts short leaves the first, exit 0', async () => {
    const proxy = await startProxy({ target: server });
    const dsn = `postgresql://postgres@127.0.0.1:${String(proxy.port)}/postgres`;
    const hang = (): Promise<void> => {
      proxy.setRules({ fault: { at: 'server-messages', count: 30, kind: 'hang' } });
      return Promise.resolve();
    };
    const args = ['--interval', '1500ms', '--timeout', '3s', '--sections', 'pg_stat_wal'];
    const inspected = await delta(server, dsn, hang, args);
    await proxy.close();
    expect(inspected.result.exitCode).toBe(0);
    expect(section(inspected, 'pg_stat_wal').sample1?.rows).toHaveLength(1);
    expect(inspected.envelope.warnings).toContainEqual(
      expect.objectContaining({ code: 'second_sample_missing' }),
    );
  });

  test('tells the tables of databases apart that were made from one template', async () => {
    await server.createDatabase('twin', { template: 'postgres' });
    await server.query('SELECT pg_stat_reset()', { dbname: 'twin' });
    const args = ['--all-databases', '--interval', '1500ms', '--sections', 'pg_stat_user_tables'];
    const inspected = await delta(
      server,
      server.dsn(),
      () => server.query('INSERT INTO work SELECT generate_series(1, 500)', { dbname: 'twin' }),
      args,
      'twin',
    );
    const { rows, databases } = computed(inspected, 'pg_stat_user_tables');
    const own = databases.find(({ database }) => database === 'twin')?.interval_ms;
    const rate = (database: string) =>
      rows.find((row) => row['database'] === database && row['relname'] === 'work')?.['n_tup_ins_per_s'];
    expect(rate('postgres')).toBe(0);
    expect(rate('twin')).toBeCloseTo(500_000 / (own ?? 0), 6);
    expect(new Set(rows.map((row) => row['relid'])).size).toBeLessThan(rows.length);
    await server.dropDatabase('twin');
  });

  test('holds no connection while it waits', async () => {
    const inspected = await delta(server, server.dsn(), async () => {
      expect(await ourBackends(server)).toEqual([]);
    });
    expect(inspected.result.exitCode).toBe(0);
  });

  test.each([
    [['--interval', '1s'], '--interval needs --delta'],
    [['--delta', '--interval', '10s', '--timeout', '10s'], '--interval is not shorter than --timeout'],
    [['--delta', '--timeout', '20s'], '--interval is not shorter than --timeout'],
  ])('%j is a usage error', async (args, message) => {
    const { exitCode, envelope } = await runCli(['inspect', '--dsn', server.dsn(), ...args]);
    expect(exitCode).toBe(2);
    expect(envelope.error).toMatchObject({ code: 'usage', message });
  });
});
