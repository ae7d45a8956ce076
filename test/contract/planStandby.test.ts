import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startServer, startStandby, type TestServer } from '../support/servers.js';
import { parseRequest } from '../../src/tuning/changeset/request.js';
import { plan } from './planned.js';

const FIVE = [
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
];

describe.each([12, 18] as const)('a primary with a standby, PostgreSQL %i', (major) => {
  let primary: TestServer;
  let standby: TestServer;

  beforeAll(async () => {
    primary = await startServer({ major });
    standby = await startStandby(primary);
    const connected = async (): Promise<unknown> =>
      (
        await primary.query("SELECT count(*)::int AS n FROM pg_stat_replication WHERE state = 'streaming'")
      )[0]?.['n'];
    await vi.waitUntil(async () => (await connected()) === 1, { timeout: 30_000 });
  });
  afterAll(async () => {
    await standby.stop();
    await primary.stop();
  });

  const valueOf = async (server: TestServer, name: string): Promise<number> =>
    Number(
      (await server.query('SELECT setting FROM pg_settings WHERE name = $1', { params: [name] }))[0]?.[
        'setting'
      ],
    );

  test.each(FIVE)('%s is raised on the standby first, and lowered on the primary first', async (name) => {
    const now = await valueOf(primary, name);
    const codeOn = async (server: TestServer, value: number, force = false): Promise<string | undefined> =>
      (await plan(server.dsn(), { [name]: value }, { force })).refusal?.code;
    expect(await codeOn(primary, now + 1)).toBe('standby_ordering');
    expect(await codeOn(primary, now + 1, true)).toBeUndefined();
    expect(await codeOn(primary, now)).toBeUndefined();
    expect(await codeOn(standby, now - 1)).toBe('standby_ordering');
    expect(await codeOn(standby, now - 1, true)).toBeUndefined();
    expect(await codeOn(standby, now + 1)).toBeUndefined();
    // Lowering on the primary is right, as far as the other guards let it.
    expect((await plan(primary.dsn(), { [name]: now - 1 })).told).not.toContain(
      `refuse standby_ordering ${name}`,
    );
  });

  test('the refusal says in which order', async () => {
    const raised = await plan(primary.dsn(), { max_connections: 100 });
    expect(raised.refusal?.message).toBe(
      'max_connections must be raised on the standbys first, and this primary has 1 connected standby',
    );
    expect(raised.refusal?.exit).toBe(5);
    const lowered = await plan(standby.dsn(), { max_connections: 50 });
    expect(lowered.refusal?.hint).toContain('Lower it on the primary first');
  });

  test('what is staged and not begun yet counts too', async () => {
    await standby.query('ALTER SYSTEM SET max_connections = 80');
    await primary.query('ALTER SYSTEM SET max_connections = 30');
    const codeOn = async (server: TestServer, value: number | null): Promise<string | undefined> =>
      (await plan(server.dsn(), { max_connections: value })).refusal?.code;
    // Why the standby was to have 80 cannot be seen from here; perhaps the primary has them by now.
    expect(await codeOn(standby, null)).toBe('standby_ordering');
    expect(await codeOn(standby, 80)).toBeUndefined();
    // Up to the 60 that it runs with, the standbys have followed the primary already.
    expect(await codeOn(primary, null)).toBeUndefined();
    expect(await codeOn(primary, 61)).toBe('standby_ordering');
    await standby.query('ALTER SYSTEM RESET max_connections');
    await primary.query('ALTER SYSTEM RESET max_connections');
  });

  test('a plan names the node, and is for no other', async () => {
    const { plan: made } = await plan(standby.dsn(), { work_mem: '64MB' });
    expect(made.changeSet.node).toEqual({
      addr: '127.0.0.1',
      port: standby.port,
      data_directory: standby.dataDirectory,
    });
    const request = parseRequest(JSON.stringify(made.changeSet));
    expect((await plan(standby.dsn(), request)).refusal).toBeNull();
    await expect(plan(primary.dsn(), request)).rejects.toMatchObject({ code: 'node_mismatch', exit: 7 });
    // Without the node it would be the same cluster.
    expect((await plan(primary.dsn(), { ...request, node: null })).refusal).toBeNull();
  });

  test('a physical slot without its standby counts as one', async () => {
    const alone = await startServer({ major });
    try {
      expect((await plan(alone.dsn(), { max_connections: 100 })).refusal).toBeNull();
      await alone.query("SELECT pg_create_logical_replication_slot('l', 'test_decoding')");
      expect((await plan(alone.dsn(), { max_connections: 100 })).refusal).toBeNull();
      await alone.query("SELECT pg_create_physical_replication_slot('p')");
      const { refusal } = await plan(alone.dsn(), { max_connections: 100 });
      expect(refusal?.message).toContain('this primary has 1 physical slot');
    } finally {
      await alone.stop();
    }
  });

  test('the connection to the primary, with its password, is not for the journal', async () => {
    const secret = "host=db user=r password='hunter2'";
    await standby.query(`ALTER SYSTEM SET primary_slot_name = 'x'`);
    await standby.query(`ALTER SYSTEM SET primary_conninfo = '${secret.replaceAll("'", "''")}'`);
    for (const value of [null, 'host=other', secret]) {
      const { refusal, plan: made } = await plan(standby.dsn(), { primary_conninfo: value }, { force: true });
      expect([refusal?.code, refusal?.exit]).toEqual(['secret_value', 5]);
      expect(JSON.stringify([made, refusal?.message, refusal?.details])).not.toContain('hunter2');
    }
    expect((await plan(standby.dsn(), { primary_slot_name: null })).refusal).toBeNull();
    await standby.query('ALTER SYSTEM RESET primary_conninfo');
    await standby.query('ALTER SYSTEM RESET primary_slot_name');
  });
});
