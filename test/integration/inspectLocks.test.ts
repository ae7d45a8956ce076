import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type pg from 'pg';
import { inspect, logOf, ourBackends, section, shortcomings, until } from '../support/inspected.js';
import { freshDatabase, sharedServer } from '../support/cluster.js';
import { startServer, type TestServer } from '../support/servers.js';

/** What a database has for settings so that the server's log tells every wait for a lock in it. */
const WAITS_LOGGED = ['log_lock_waits = on', "deadlock_timeout = '1ms'"];

describe.each([12, 18] as const)('PostgreSQL %i, somebody rewrites a large table', (major) => {
  const server = sharedServer(major);
  let dbname: string;
  let holder: pg.Client;
  let waiter: pg.Client;
  let altered: Promise<unknown>;
  /** Pids of the sessions of this database that ever waited for a lock. */
  const waited = async (): Promise<Set<number>> => {
    const [row] = await server.query('SELECT oid::text AS oid FROM pg_database WHERE datname = $1', {
      params: [dbname],
    });
    const wait = new RegExp(
      `process (\\d+) still waiting for .* of database ${String(row?.['oid'])} after`,
      'g',
    );
    return new Set([...(await logOf(server)).matchAll(wait)].map(([, pid]) => Number(pid)));
  };

  beforeAll(async () => {
    dbname = await freshDatabase(server, 'seeded');
    for (const setting of WAITS_LOGGED) await server.query(`ALTER DATABASE "${dbname}" SET ${setting}`);
    holder = await server.client({ dbname });
    waiter = await server.client({ dbname });
    await holder.query('BEGIN; LOCK TABLE shop.orders IN ACCESS EXCLUSIVE MODE');
    await waiter.query('BEGIN; LOCK TABLE shop.products IN ACCESS SHARE MODE');
    altered = holder.query('ALTER TABLE shop.products ADD COLUMN weight_g int');
    await until(async () => {
      const waiting = await server.query(
        "SELECT 1 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'",
      );
      return waiting.length > 0 ? true : undefined;
    });
  });
  afterAll(async () => {
    await waiter.query('ROLLBACK');
    await altered;
    await holder.query('ROLLBACK');
    await Promise.all([holder.end(), waiter.end()]);
  });

  test('a run never waits for a lock, marks and names both tables, and loses nothing else', async () => {
    const inspected = await inspect(server.dsn({ dbname }), ['--limit', '0']);
    expect(inspected.result.exitCode).toBe(0);
    // The ALTER waits, and so the log does tell of waits; no session of pgdba is beside it.
    const { rows } = await waiter.query<{ pid: number }>(
      "SELECT pid FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = 'shop.products'::regclass",
    );
    expect(await waited()).toEqual(new Set(rows.map(({ pid }) => pid)));
    expect(rows).toHaveLength(1);
    const tables = section(inspected, 'pg_stat_user_tables');
    expect(tables).toMatchObject({ status: 'partial', reason: 'exclusively_locked' });
    expect(tables.message).toMatch(/shop\.orders/);
    expect(tables.message).toMatch(/shop\.products/);
    const marked = tables.rows.filter((row) => row['size_source'] === 'exclusively_locked');
    expect(marked.map((row) => row['relname']).sort()).toEqual(['orders', 'products']);
    for (const row of marked) expect(row).toMatchObject({ size_bytes: null, total_bytes: null });
    for (const row of marked) expect(row['size_bytes_estimated']).toBeGreaterThan(0);
    const others = Object.entries(shortcomings(inspected)).filter(
      ([, what]) => !what.includes('server_too_old'),
    );
    expect(others).toEqual([['pg_stat_user_tables', 'partial exclusively_locked']]);
  });

  test('the lock that holds up the ALTER is told', async () => {
    const inspected = await inspect(server.dsn({ dbname }), ['--sections', 'pg_locks']);
    const [root, waiting] = section(inspected, 'pg_locks').rows.filter((row) => row['datname'] === dbname);
    expect(root).toMatchObject({ is_root: true, state: 'idle in transaction', blocked_by: [] });
    expect(waiting).toMatchObject({
      is_root: false,
      wait_relation: 'shop.products',
      blocked_by: [root?.['pid']],
    });
  });
});

describe('limits', () => {
  let server: TestServer;
  let locker: pg.Client;

  beforeAll(async () => {
    server = await startServer({ major: 18 });
    locker = await server.client();
    // Nothing but the section pg_publication reads this catalog.
    await locker.query('BEGIN; LOCK TABLE pg_catalog.pg_publication IN ACCESS EXCLUSIVE MODE');
  });
  afterAll(async () => {
    await locker.end();
    await server.stop();
  });

  test.each([
    ['lock_timeout', ['--lock-timeout', '150ms']],
    ['statement_timeout', ['--lock-timeout', '0', '--statement-timeout', '300ms']],
  ])('a section that runs into %s costs no other', async (reason, args) => {
    const inspected = await inspect(server.dsn(), args);
    expect(inspected.result.exitCode).toBe(0);
    expect(shortcomings(inspected)).toEqual({
      pg_publication: `failed ${reason}`,
      pg_stat_statements: 'skipped extension_missing',
      pg_stat_statements_info: 'skipped extension_missing',
    });
    expect(inspected.envelope.warnings).toContainEqual(
      expect.objectContaining({ code: 'section_failed', subject: 'pg_publication' }),
    );
    expect(section(inspected, 'pg_publication').duration_ms).toBeGreaterThan(140);
    expect(section(inspected, 'pg_publication').duration_ms).toBeLessThan(2000);
  });

  test('--timeout ends the run with what was read, and leaves nothing on the server', async () => {
    const args = ['--lock-timeout', '0', '--statement-timeout', '0', '--timeout', '1500ms'];
    const inspected = await inspect(server.dsn(), args);
    expect(inspected.result.exitCode).toBe(0);
    expect(inspected.envelope.ok).toBe(true);
    expect(inspected.result.durationMs).toBeLessThan(4000);
    expect(section(inspected, 'pg_publication')).toMatchObject({
      status: 'skipped',
      reason: 'budget_spent',
      rows: [],
    });
    expect(section(inspected, 'pg_settings').status).toBe('ok');
    const { pg_publication: _, ...others } = shortcomings(inspected);
    for (const what of Object.values(others))
      expect(['skipped budget_spent', 'skipped extension_missing']).toContain(what);
    expect(inspected.envelope.warnings).toContainEqual(
      expect.objectContaining({ code: 'section_skipped', subject: 'pg_publication' }),
    );
    await until(async () => ((await ourBackends(server)).length === 0 ? true : undefined));
  });

  test('--timeout while waiting for the second sample keeps the first', async () => {
    const args = [
      '--delta',
      '--interval',
      '1s',
      '--timeout',
      '2s',
      '--lock-timeout',
      '0',
      '--statement-timeout',
      '800ms',
    ];
    const inspected = await inspect(server.dsn(), [...args, '--sections', 'pg_publication,pg_stat_wal']);
    expect(inspected.result.exitCode).toBe(0);
    expect(section(inspected, 'pg_stat_wal').sample1?.rows).toHaveLength(1);
  });

  test('the limits in force are read back and told', async () => {
    const args = ['--lock-timeout', '123ms', '--statement-timeout', '4s', '--sections', 'system'];
    const { data } = await inspect(server.dsn(), args);
    expect(data.session).toMatchObject({
      read_only: true,
      pooled: false,
      lock_timeout_ms: 123,
      statement_timeout_ms: 4000,
    });
  });
});
