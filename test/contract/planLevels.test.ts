import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseRequest } from '../../src/tuning/changeset/request.js';
import { sharedServer } from '../support/cluster.js';
import { startServer, type TestServer } from '../support/servers.js';
import { documentOf, plan } from './planned.js';

const OTHER = 'cd'.repeat(32);

describe('levels above postgresql.auto.conf', () => {
  test('a value on the command line beats everything, --force or not', async () => {
    const server = await startServer({ major: 15, commandLine: { work_mem: '5MB' } });
    try {
      for (const force of [false, true]) {
        const { refusal, plan: made } = await plan(server.dsn(), { work_mem: '64MB' }, { force });
        expect([refusal?.code, refusal?.exit]).toEqual(['parameter_overridden', 5]);
        expect(refusal?.message).toContain('work_mem is set to "5MB" on the postmaster’s command line');
        expect(made.changeSet.parameters[0]?.patroni_override).toBe('overridden');
        expect(made.changeSet.dry_run_result?.parameters[0]?.effect).toBe('none');
      }
      expect((await plan(server.dsn(), { maintenance_work_mem: '64MB' })).refusal).toBeNull();
    } finally {
      await server.stop();
    }
  });

  test('sessions with a value of their own are named', async () => {
    const server = await startServer({ major: 14 });
    try {
      await server.query(`CREATE ROLE app; ALTER ROLE app SET work_mem = '1MB';
                          ALTER DATABASE postgres SET work_mem = '2MB'; ALTER ROLE ALL SET work_mem = '3MB'`);
      const { refusal, told, plan: made } = await plan(server.dsn(), { work_mem: '64MB' });
      expect(refusal).toBeNull();
      expect(told).toEqual(Array.from({ length: 3 }, () => 'warn masked_for work_mem'));
      const messages = made.findings.map(({ message }) => message);
      expect(messages).toEqual(
        expect.arrayContaining([
          'work_mem is "1MB" for role app: sessions there do not see the change',
          'work_mem is "2MB" in database postgres: sessions there do not see the change',
        ]),
      );
      expect(made.changeSet.parameters[0]?.masked_by).toHaveLength(3);
    } finally {
      await server.stop();
    }
  });

  test('Patroni’s command line: only when asked, and never what it sets itself', async () => {
    const commandLine = {
      ...{ max_connections: '60', max_locks_per_transaction: '64', max_prepared_transactions: '5' },
      ...{ max_worker_processes: '8', track_commit_timestamp: 'off', wal_level: 'logical' },
    };
    const server = await startServer({ major: 16, commandLine });
    try {
      const codes = async (name: string, options: Parameters<typeof plan>[2]): Promise<string[]> =>
        (await plan(server.dsn(), { [name]: '100' }, options)).told.filter((one) => one.startsWith('refuse'));
      expect(await codes('work_mem', {})).toContain('refuse cluster_managed -');
      expect(await codes('work_mem', { force: true })).toEqual(['refuse cluster_managed -']);
      expect(await codes('work_mem', { via: 'alter-system' })).toEqual(['refuse cluster_managed work_mem']);
      expect(await codes('work_mem', { via: 'alter-system', force: true })).toEqual([]);
      expect(await codes('max_connections', { via: 'alter-system' })).toEqual([
        'refuse parameter_overridden max_connections',
      ]);
      // It never takes effect: whoever insists gets the line, and the record says so.
      expect(await codes('max_connections', { via: 'alter-system', force: true })).toEqual([]);
      const { plan: made } = await plan(
        server.dsn(),
        { work_mem: '1MB' },
        { via: 'alter-system', force: true },
      );
      expect(made.changeSet.forced).toBe(true);
      expect(made.changeSet.parameters[0]?.patroni_override).toBe('unknown');
    } finally {
      await server.stop();
    }
  });

  test('a managed service changes its settings itself', async () => {
    const server = await startServer({ major: 15 });
    try {
      await server.query('CREATE ROLE rds_superuser');
      const { refusal } = await plan(
        server.dsn(),
        { work_mem: '64MB' },
        { force: true, via: 'alter-system' },
      );
      expect([refusal?.code, refusal?.exit]).toEqual(['cluster_managed', 5]);
    } finally {
      await server.stop();
    }
  });

  test('allow_alter_system=off, for SET and RESET alike', async () => {
    const server = await startServer({ major: 17, settings: { allow_alter_system: 'off' } });
    try {
      for (const value of ['64MB', null]) {
        const { refusal } = await plan(server.dsn(), { work_mem: value }, { force: true });
        expect([refusal?.code, refusal?.exit]).toEqual(['alter_system_disabled', 5]);
      }
      await expect(server.query("ALTER SYSTEM SET work_mem = '64MB'")).rejects.toThrow(/not allowed/);
    } finally {
      await server.stop();
    }
  });
});

describe('the files as they are', () => {
  let server: TestServer;
  const conf = (name: string): string => join(server.dataDirectory, name);
  const kept = new Map<string, string>();

  beforeAll(async () => {
    server = await startServer({ major: 18 });
    for (const name of ['postgresql.conf', 'postgresql.auto.conf'])
      kept.set(name, await readFile(conf(name), 'utf8'));
  });
  afterAll(async () => {
    await server.stop();
  });

  async function withLines(file: string, lines: string, body: () => Promise<void>): Promise<void> {
    await appendFile(conf(file), lines);
    try {
      await body();
    } finally {
      await writeFile(conf(file), kept.get(file) ?? '');
    }
  }

  test.each([
    ['postgresql.auto.conf', "a.b.c = '1'\n", /postgresql\.auto\.conf line \d+: syntax error/],
    ['postgresql.auto.conf', '= 1\n', /syntax error/],
    ['postgresql.conf', 'work_mem = = 1\n', /postgresql\.conf line \d+: syntax error/],
    [
      'postgresql.conf',
      "nosuch_parameter = '1'\n",
      /unrecognized configuration parameter for nosuch_parameter/,
    ],
    ['postgresql.conf', "include 'nosuch.conf'\n", /could not open file/],
  ])('%s with %j: no reload would apply anything', async (file, lines, says) => {
    await withLines(file, lines, async () => {
      const { refusal } = await plan(server.dsn(), { work_mem: '64MB' }, { force: true });
      expect([refusal?.code, refusal?.exit]).toEqual(['configuration_broken', 5]);
      expect(refusal?.message).toMatch(says);
    });
  });

  test('a bad value elsewhere is told and not blamed on the change; its own line may be corrected', async () => {
    await withLines('postgresql.auto.conf', "autovacuum_naptime = 'banana'\n", async () => {
      const other = await plan(server.dsn(), { work_mem: '64MB' });
      expect(other.refusal).toBeNull();
      expect(other.told).toEqual(['warn configuration_error -']);
      expect(other.plan.findings[0]?.message).toContain('the value of autovacuum_naptime cannot be applied');
      const same = await plan(server.dsn(), { autovacuum_naptime: '1min' });
      expect(same.told).toEqual([]);
    });
  });

  test('a value that waits for a restart is no error', async () => {
    await withLines('postgresql.auto.conf', "max_connections = '70'\n", async () => {
      expect((await plan(server.dsn(), { work_mem: '64MB' })).told).toEqual([]);
    });
  });

  test('RESET looks at what it falls back on', async () => {
    await withLines('postgresql.conf', "work_mem = 'banana'\n", async () => {
      await withLines('postgresql.auto.conf', "work_mem = '8MB'\n", async () => {
        const { refusal } = await plan(server.dsn(), { work_mem: null }, { force: true });
        expect(refusal?.code).toBe('boot_guard');
        expect(refusal?.message).toContain('would fall back on');
        expect((await plan(server.dsn(), { work_mem: '9MB' })).refusal).toBeNull();
      });
    });
  });

  test.each([
    ['# a comment\n', 1],
    ["work_mem = '8MB' # why\n", 1],
    ['work_mem = 8MB\n# a\n\n# b\n', 3],
    ["work_mem   '8MB'\n", 1],
  ])('what ALTER SYSTEM would take from %j is told before', async (lines, count) => {
    await withLines('postgresql.auto.conf', lines, async () => {
      const { told, plan: made } = await plan(server.dsn(), { maintenance_work_mem: '64MB' });
      expect(told).toEqual(['warn comments_lost -']);
      expect(made.findings[0]?.message).toContain(`in ${String(count)} line`);
    });
  });

  test('what ALTER SYSTEM wrote itself loses nothing', async () => {
    await server.query("ALTER SYSTEM SET search_path = 'a', 'B c'");
    await server.query("ALTER SYSTEM SET log_line_prefix = E'it''s \\\\ %m'");
    await server.query('ALTER SYSTEM SET work_mem = 1234');
    expect((await plan(server.dsn(), { jit: 'off' })).told).toEqual([]);
    await server.query('ALTER SYSTEM RESET ALL');
  });
});

describe('what the plan was made for', () => {
  const server = sharedServer(17);
  const request = (change: object, more: object = {}) =>
    parseRequest(
      JSON.stringify({ parameters: [{ name: 'work_mem', new_value: '64MB', ...change }], ...more }),
    );

  test('another cluster, another node', async () => {
    await expect(plan(server.dsn(), request({}, { fingerprint: OTHER }))).rejects.toMatchObject({
      code: 'fingerprint_mismatch',
      exit: 7,
    });
    const { plan: made } = await plan(server.dsn(), { work_mem: '64MB' });
    const { fingerprint, node } = made.changeSet;
    const same = await plan(server.dsn(), request({}, { fingerprint, node }));
    expect(same.refusal).toBeNull();
    const overSocket = await plan(server.dsn({ socket: true }), request({}, { fingerprint, node }));
    expect(overSocket.refusal).toBeNull();
    for (const other of [{ port: 1 }, { data_directory: '/elsewhere' }]) {
      await expect(
        plan(server.dsn(), request({}, { fingerprint, node: { ...node, ...other } })),
      ).rejects.toMatchObject({ code: 'node_mismatch', exit: 7 });
    }
  });

  test('a value or a line that is not what it was', async () => {
    const now = async (change: object): Promise<string | undefined> =>
      (await plan(server.dsn(), request(change))).refusal?.message;
    expect(await now({ old_value: '4MB', old_line: null })).toBeUndefined();
    expect(await now({ old_value: '4096kB' })).toBeUndefined();
    expect(await now({ old_value: '8MB' })).toBe(
      'work_mem has changed since the plan was made: there was value 8MB, now value is 4096',
    );
    expect(await now({ old_line: '8MB' })).toBe(
      'work_mem has changed since the plan was made: there was "8MB" in postgresql.auto.conf, now no line in postgresql.auto.conf',
    );
    const { refusal } = await plan(server.dsn(), request({ old_line: '8MB' }), { force: true });
    expect([refusal?.code, refusal?.exit]).toEqual(['plan_stale', 7]);
  });

  test('a plan can be planned again', async () => {
    const wanted = {
      work_mem: '64MB',
      max_connections: 70,
      'pg_stat_statements.track': 'all',
      TIMEZONE: 'utc',
    };
    const first = await plan(server.dsn(), parseRequest(documentOf(wanted)));
    const again = await plan(server.dsn(), parseRequest(JSON.stringify(first.plan.changeSet)));
    expect(again.refusal).toBeNull();
    expect(again.plan.changeSet).toEqual(first.plan.changeSet);
    expect(first.plan.changeSet.parameters.map(({ name }) => name)).toContain('TimeZone');
  });
});
