import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { OpenDemoConnection } from '../../../src/sandbox/demoConnection.js';
import {
  demoDsn,
  type DemoServer,
  removeDemoServer,
  startDemoServer,
} from '../../../src/sandbox/demoServer.js';
import { isAlive, isStillRunning } from '../../../src/sandbox/postmaster.js';
import { openPlantedSessions, seedShop } from '../../../src/sandbox/seedShop.js';
import { giveTo, serverUser } from '../../../src/sandbox/systemUser.js';
import { REPOSITORY } from '../../support/binaries.js';

const open: OpenDemoConnection = async (dsn, applicationName) => {
  const client = new pg.Client({ connectionString: dsn, application_name: applicationName });
  client.on('error', () => undefined);
  await client.connect();
  return {
    execute: async (sql) => {
      const answer = (await client.query(sql)) as pg.QueryResult | pg.QueryResult[];
      return (Array.isArray(answer) ? answer.at(-1)?.rows : answer.rows) as Record<string, unknown>[];
    },
    close: () => void client.end().catch(() => undefined),
  };
};

const { signal } = new AbortController();
let demo: DemoServer;
let endSessions: () => void = () => undefined;

async function ask(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const connection = await open(demoDsn(demo), 'test', signal);
  try {
    return await connection.execute(sql);
  } finally {
    connection.close();
  }
}

beforeAll(async () => {
  demo = await startDemoServer(REPOSITORY, signal);
  await seedShop(demo, open, signal);
  endSessions = await openPlantedSessions(demo, open, signal);
});
afterAll(async () => {
  endSessions();
  await removeDemoServer(demo);
});

test('listens on a Unix socket alone, in a folder that nobody else may enter', async () => {
  expect(await ask('SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
  expect((await stat(demo.server.socketDirectory)).mode & 0o777).toBe(0o700);
  expect((await stat(demo.server.dataDirectory)).mode & 0o777).toBe(0o700);
});

test('runs as another account when we are root, and as ours when not', async () => {
  const owner = (await stat(demo.server.dataDirectory)).uid;
  if (process.getuid?.() === 0) expect(owner).not.toBe(0);
  else expect(owner).toBe(process.getuid?.());
});

describe('each planted fault is there, as PostgreSQL itself tells it', () => {
  test.each([
    [
      'unused_index',
      `SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'orders_coupon_idx'`,
      [{ idx_scan: '0' }],
    ],
    [
      'duplicate_index',
      `SELECT count(*)::int AS n FROM pg_index WHERE indrelid = 'shop.customers'::regclass AND indkey::text = '2'`,
      [{ n: 2 }],
    ],
    [
      'invalid_index',
      `SELECT indisvalid FROM pg_index WHERE indexrelid = 'shop.customers_name_key'::regclass`,
      [{ indisvalid: false }],
    ],
    [
      'missing_foreign_key_index',
      `SELECT count(*)::int AS n FROM pg_index WHERE indrelid = 'shop.order_items'::regclass AND indkey[0] = 3`,
      [{ n: 0 }],
    ],
    [
      'bloated_table',
      `SELECT n_dead_tup > 10000 AND reloptions = '{autovacuum_enabled=off}' AS bloated
       FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid WHERE s.relname = 'carts'`,
      [{ bloated: true }],
    ],
    [
      'never_analyzed_table',
      `SELECT last_analyze, last_autoanalyze, n_live_tup::int FROM pg_stat_user_tables WHERE relname = 'suppliers'`,
      [{ last_analyze: null, last_autoanalyze: null, n_live_tup: 2000 }],
    ],
    [
      'sequence_near_its_end',
      `SELECT last_value::numeric / max_value > 0.999 AS near FROM pg_sequences WHERE sequencename = 'invoices_invoice_id_seq'`,
      [{ near: true }],
    ],
    [
      'slow_statement',
      `SELECT query LIKE '%md5(agent%' AS slowest FROM pg_stat_statements WHERE query NOT LIKE '%CREATE%' ORDER BY total_exec_time DESC LIMIT 1`,
      [{ slowest: true }],
    ],
    [
      'setting_waits_for_restart',
      `SELECT setting, pending_restart FROM pg_settings WHERE name = 'max_connections'`,
      [{ setting: '60', pending_restart: true }],
    ],
    [
      'inactive_replication_slot',
      `SELECT active, restart_lsn IS NOT NULL AS keeps FROM pg_replication_slots`,
      [{ active: false, keeps: true }],
    ],
    ['forgotten_prepared_transaction', 'SELECT gid FROM pg_prepared_xacts', [{ gid: 'nightly-import' }]],
    [
      'idle_in_transaction',
      `SELECT state FROM pg_stat_activity WHERE application_name = 'shop checkout'`,
      [{ state: 'idle in transaction' }],
    ],
    [
      'blocked_sessions',
      `SELECT application_name, cardinality(pg_blocking_pids(pid)) > 0 AS blocked FROM pg_stat_activity
       WHERE wait_event_type = 'Lock' ORDER BY 1`,
      [
        { application_name: 'shop backoffice', blocked: true },
        { application_name: 'shop shipping', blocked: true },
      ],
    ],
  ])('%s', async (_name, sql, rows) => {
    expect(await ask(sql)).toEqual(rows);
  });
});

test('leaves nothing of itself', async () => {
  const other = await startDemoServer(REPOSITORY, signal);
  expect(await isStillRunning(other.server)).toBe(true);
  await removeDemoServer(other);
  expect(await isAlive(other.server.pid)).toBe(false);
  expect(existsSync(other.directory)).toBe(false);
});

test('stops no process that only has the number of the recorded one', async () => {
  const stranger = { ...demo, server: { ...demo.server, processStart: '1' }, directory: '/nowhere' };
  await removeDemoServer(stranger);
  expect(await isAlive(demo.server.pid)).toBe(true);
});

test('an interrupted start leaves no server and no folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdba-interrupted-'));
  await chmod(folder, 0o755);
  await giveTo(folder, serverUser());
  vi.stubEnv('TMPDIR', folder);
  try {
    const interruption = new AbortController();
    const starting = startDemoServer(REPOSITORY, interruption.signal);
    await expect.poll(() => readdir(folder)).toHaveLength(1);
    interruption.abort();
    await expect(starting).rejects.toMatchObject({ code: 'demo_failed' });
    expect(await readdir(folder)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }
});
