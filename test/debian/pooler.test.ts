import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { inspect, section, shortcomings, until, untilBlocked } from '../support/inspected.js';
import { runCli, startCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';
import { startPgbouncer, type Pgbouncer } from './pgbouncer.js';

/** The two ways in which a pooler treats our guards: it refuses them (08P01), or drops them silently. */
const FLAVOURS = [
  ['that refuses startup options', {}],
  ['that drops startup options in silence', { ignore_startup_parameters: 'options,extra_float_digits' }],
] as const;

type Settings = Readonly<Record<string, string>>;

describe.each(FLAVOURS)('a transaction pooler with a pool of one %s', (_flavour, settings) => {
  let server: TestServer;
  let pooler: Pgbouncer;
  let home: string;
  let before: { pid: number; settings: Settings };

  const dsn = (): string => `postgresql://postgres@127.0.0.1:${String(pooler.port)}/postgres`;

  async function nextClient<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: pooler.port,
      user: 'postgres',
      database: 'postgres',
    });
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  /** Every setting as a client of the pool finds it, and the backend that tells. */
  const settingsNow = (): Promise<{ pid: number; settings: Settings }> =>
    nextClient(async (client) => {
      const { rows } = await client.query<{ name: string; setting: string }>('SHOW ALL');
      const own = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      // The pooler itself passes on what each client calls itself.
      const kept = rows.filter(({ name }) => name !== 'application_name');
      return {
        pid: own.rows[0]?.pid ?? 0,
        settings: Object.fromEntries(kept.map((row) => [row.name, row.setting])),
      };
    });

  let created = 0;
  async function expectUntouched(choice: { readonly sameBackend?: boolean } = {}): Promise<void> {
    const now = await settingsNow();
    expect(now.settings).toEqual(before.settings);
    // A client that leaves in the middle of something costs the pool its connection to the server.
    if (choice.sameBackend !== false) expect(now.pid).toBe(before.pid);
    before = now;
    const table = `made_${String(created++)}`;
    await nextClient((client) =>
      client.query(`CREATE TABLE ${table} (id int); INSERT INTO ${table} VALUES (1)`),
    );
    const [row] = await server.query(`SELECT count(*)::int AS n FROM public.${table}`);
    expect(row?.['n']).toBe(1);
  }

  beforeAll(async () => {
    server = await startServer({ major: 17 });
    await server.query('CREATE EXTENSION pg_stat_statements');
    pooler = await startPgbouncer(server.port, settings);
    home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
    before = await settingsNow();
  });
  afterAll(async () => {
    await pooler.stop();
    await server.stop();
    await rm(home, { recursive: true });
  });

  test('inspect sees everything, knows that it is pooled, and has its guards in force', async () => {
    const args = ['--statement-timeout', '7s', '--lock-timeout', '150ms'];
    const inspected = await inspect(dsn(), args);
    expect(inspected.result.exitCode).toBe(0);
    expect(shortcomings(inspected)).toEqual({});
    expect(inspected.data.session).toMatchObject({
      pooled: true,
      read_only: true,
      statement_timeout_ms: 7000,
      lock_timeout_ms: 150,
    });
    const inForce = section(inspected, 'pg_settings').rows.filter((row) => row['set_by_session'] === true);
    expect(Object.fromEntries(inForce.map((row) => [row['name'], row['setting']]))).toMatchObject({
      statement_timeout: '7000',
      lock_timeout: '150',
      search_path: 'pg_catalog',
      transaction_read_only: 'on',
      TimeZone: 'UTC',
      stats_fetch_consistency: 'snapshot',
    });
    await expectUntouched();
  });

  test('a direct session is not taken for a pooled one', async () => {
    const { data } = await inspect(server.dsn(), ['--sections', 'system']);
    expect(data.session).toMatchObject({ pooled: false, read_only: true });
  });

  test('doctor leaves no trace', async () => {
    expect((await runCli(['doctor', '--dsn', dsn()])).exitCode).toBe(0);
    await expectUntouched();
  });

  test('cluster add and cluster check leave no trace', async () => {
    expect((await runCli(['cluster', 'add', 'pooled', '--dsn', dsn()], { home })).exitCode).toBe(0);
    const { exitCode, envelope } = await runCli(['cluster', 'check', 'pooled'], { home });
    expect(exitCode).toBe(0);
    expect(envelope.cluster?.tier).toBe('system_identifier');
    await expectUntouched();
  });

  test('a delta leaves no trace, and its samples are of the same server', async () => {
    const args = ['--delta', '--interval', '500ms', '--sections', 'pg_stat_wal,pg_stat_database'];
    const inspected = await inspect(dsn(), args);
    expect(inspected.result.exitCode).toBe(0);
    expect(section(inspected, 'pg_stat_wal').computed?.void).toEqual([]);
    expect(inspected.data.session.pooled).toBe(true);
    await expectUntouched();
  });

  test.each([
    ['a section runs into lock_timeout', ['--lock-timeout', '100ms'], 0],
    ['--timeout is spent', ['--lock-timeout', '0', '--statement-timeout', '0', '--timeout', '1s'], 0],
  ])('leaves no trace when %s', async (_what, args, exitCode) => {
    const locker = await server.client();
    await locker.query('BEGIN; LOCK TABLE pg_catalog.pg_publication IN ACCESS EXCLUSIVE MODE');
    const inspected = await inspect(dsn(), args);
    await locker.end();
    expect(inspected.result.exitCode).toBe(exitCode);
    expect(Object.keys(shortcomings(inspected))).toContain('pg_publication');
    await expectUntouched({ sameBackend: false });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s in the middle of a statement frees the one connection within a second',
    async (signal, exitCode) => {
      const locker = await server.client();
      await locker.query('BEGIN; LOCK TABLE pg_catalog.pg_publication IN ACCESS EXCLUSIVE MODE');
      const args = ['--lock-timeout', '0', '--statement-timeout', '0'];
      const running = await startCli(['inspect', '--dsn', dsn(), ...args]);
      const blocked = await untilBlocked(server);
      const sentAt = performance.now();
      running.kill(signal);
      const freed = await until(async () => {
        const rows = await server.query(
          "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock'",
          {
            params: [blocked],
          },
        );
        return rows.length === 0 ? performance.now() - sentAt : undefined;
      });
      expect(freed).toBeLessThan(1000);
      expect((await running.result).exitCode).toBe(exitCode);
      await locker.end();
      await expectUntouched({ sameBackend: false });
    },
  );
});
