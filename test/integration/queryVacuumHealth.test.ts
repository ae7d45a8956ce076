import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type pg from 'pg';
import type { HorizonHolder, TableHealth, VacuumHealth } from '../../src/query/vacuumHealth/vacuumData.js';
import { freshDatabase, MAJORS, sharedServer, type Major } from '../support/cluster.js';
import { until } from '../support/inspected.js';
import { runCli } from '../support/runCli.js';
import { startServer, startStandby, type TestServer } from '../support/servers.js';
import { statisticsTold } from '../support/statisticsTold.js';

async function health(dsn: string, args: readonly string[] = []): Promise<VacuumHealth> {
  const { envelope } = await runCli(['query', 'vacuum-health', '--dsn', dsn, ...args]);
  if (envelope.data === null) throw new Error(JSON.stringify(envelope.error));
  return envelope.data as unknown as VacuumHealth;
}

/** A long way back, for a table; the cluster itself is as young as before, and nobody vacuums here. */
const aged = (relation: string, column: 'relfrozenxid' | 'relminmxid', age: number): string => `
UPDATE pg_catalog.pg_class AS c
   SET ${column} = (((SELECT ${column === 'relfrozenxid' ? 'age' : 'mxid_age'}('3'::xid)) + 3 - ${String(age)} + 4294967296) % 4294967296)::text::xid
 WHERE c.oid = ${relation}`;

const ODD = '"Odd ""Näme.\n😀"';
const EVERY_TABLE = [
  'dead',
  'dead_decoy',
  'stale',
  'stale_decoy',
  'off',
  'toast_off',
  'old',
  'old_decoy',
  'old_multi',
]
  .concat(['old_toast', 'small', 'option_dead', 'option_decoy', 'slow'])
  .concat([ODD]);

const FILLED = [
  ...EVERY_TABLE.map((name) => `CREATE TABLE ${name} (id int PRIMARY KEY, note text)`),
  ...EVERY_TABLE.map((name) => `INSERT INTO ${name} SELECT n, 'x' FROM generate_series(1, 1000) AS n`),
  // Enough blocks for a slow VACUUM to outlast the tests.
  "INSERT INTO slow SELECT n, repeat('x', 200) FROM generate_series(1001, 20000) AS n",
];

const PLANTED = [
  ...EVERY_TABLE.map((name) => `VACUUM ANALYZE ${name}`),
  'CREATE TABLE never (id int)',
  'INSERT INTO never SELECT n FROM generate_series(1, 1000) AS n',
  'CREATE TABLE never_decoy (id int)',
  'INSERT INTO never_decoy SELECT n FROM generate_series(1, 40) AS n',
  'DELETE FROM dead WHERE id <= 300',
  'DELETE FROM dead_decoy WHERE id <= 90',
  `DELETE FROM ${ODD} WHERE id <= 300`,
  "UPDATE stale SET note = 'y' WHERE id <= 200",
  "UPDATE stale_decoy SET note = 'y' WHERE id <= 100",
  'ALTER TABLE off SET (autovacuum_enabled = off)',
  'ALTER TABLE toast_off SET (toast.autovacuum_enabled = off)',
  'ALTER TABLE option_dead SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10)',
  'DELETE FROM option_dead WHERE id <= 20',
  'ALTER TABLE option_decoy SET (autovacuum_vacuum_scale_factor = 0.9, autovacuum_analyze_scale_factor = 0.9)',
  'DELETE FROM option_decoy WHERE id <= 300',
  ...['old', 'old_decoy'].map((name) => `ALTER TABLE ${name} SET (autovacuum_freeze_max_age = 100000)`),
  'ALTER TABLE old_multi SET (autovacuum_multixact_freeze_max_age = 10000)',
  'ALTER TABLE old_toast SET (toast.autovacuum_freeze_max_age = 100000)',
  aged("'old'::regclass", 'relfrozenxid', 150_000),
  aged("'old_decoy'::regclass", 'relfrozenxid', 90_000),
  aged("'old_multi'::regclass", 'relminmxid', 15_000),
  aged(
    "(SELECT o.reltoastrelid FROM pg_class AS o WHERE o.oid = 'old_toast'::regclass)",
    'relfrozenxid',
    150_000,
  ),
];

const ISSUES: Readonly<Record<string, string>> = {
  'dead heap': 'dead_tuples,stale_statistics',
  'Odd "Näme.\n😀 heap': 'dead_tuples,stale_statistics',
  'stale heap': 'stale_statistics',
  'off heap': 'autovacuum_off',
  'toast_off toast': 'autovacuum_off',
  'option_dead heap': 'dead_tuples',
  'never heap': 'never_analyzed',
  'old heap': 'wraparound',
  'old_multi heap': 'wraparound',
  'old_toast toast': 'wraparound',
};

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  const clients: pg.Client[] = [];
  let dbname: string;
  let gid: string;
  let pids: { readonly idle: number; readonly vacuum: number };
  let fresh: VacuumHealth;
  let seen: VacuumHealth;
  const open = async (): Promise<{ client: pg.Client; pid: number }> => {
    const client = await server.client({ dbname });
    client.on('error', () => undefined);
    clients.push(client);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return { client, pid: rows[0]?.pid ?? 0 };
  };
  const own = (tables: readonly TableHealth[]): TableHealth[] => tables.filter(({ system }) => !system);
  const table = (name: string, part = 'heap'): TableHealth | undefined =>
    seen.tables.find((row) => row.name === name && row.part === part);

  beforeAll(async () => {
    dbname = await freshDatabase(server, 'empty');
    gid = `it's ${dbname}`;
    fresh = await health(server.dsn({ dbname }));
    // What a session counted is known to all once it has ended, and VACUUM ANALYZE starts from there.
    for (const statements of [FILLED, PLANTED]) {
      const planter = await server.client({ dbname });
      for (const statement of statements) await planter.query(statement);
      await planter.end();
    }
    await statisticsTold(server, dbname);
    const locker = await open();
    await locker.client.query('BEGIN; LOCK TABLE dead IN ACCESS EXCLUSIVE MODE');
    const idle = await open();
    await idle.client.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 -- password='hunter2'");
    const preparer = await open();
    await preparer.client.query(
      `BEGIN; SELECT txid_current(); PREPARE TRANSACTION '${gid.replaceAll("'", "''")}'`,
    );
    const vacuum = await open();
    await vacuum.client.query('SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1');
    void vacuum.client.query('VACUUM (FREEZE) slow').catch(() => undefined);
    await until(async () => {
      const sql = "SELECT FROM pg_stat_progress_vacuum WHERE pid = $1 AND phase = 'scanning heap'";
      return (await server.query(sql, { params: [vacuum.pid] })).length > 0 ? true : undefined;
    });
    pids = { idle: idle.pid, vacuum: vacuum.pid };
    seen = await health(server.dsn({ dbname }));
  });
  afterAll(async () => {
    await server.query('SELECT pg_cancel_backend($1)', { params: [pids.vacuum] });
    await server.query(`ROLLBACK PREPARED '${gid.replaceAll("'", "''")}'`, { dbname });
    await Promise.all(clients.map((client) => client.end()));
  });

  test('a new database is silent', () => {
    expect(fresh).toMatchObject({
      tables: [],
      issues: [],
      totals: { tables_with_issues: 0, databases_with_issues: 0 },
    });
    expect(fresh.limitations).toEqual([]);
  });

  test('every planted fault is found, and nothing else, though a table is locked exclusively', () => {
    const found = own(seen.tables).filter(({ issues }) => issues.length > 0);
    expect(
      Object.fromEntries(found.map((row) => [`${row.name} ${row.part}`, [...row.issues].sort().join()])),
    ).toEqual(ISSUES);
    expect(seen.issues).toEqual([]);
    expect(seen.totals.databases_with_issues).toBe(0);
    expect(seen.limitations).toEqual([]);
  });

  test('the figures are those of the server, with the threshold that applies', () => {
    expect(table('dead')).toMatchObject({
      dead_tuples: 300,
      dead_threshold: 250,
      dead_ratio: 0.3,
      live_tuples: 700,
    });
    expect(table('option_dead')).toMatchObject({ dead_threshold: 10, dead_tuples: 20 });
    expect(table('option_decoy')).toMatchObject({ dead_threshold: 950, issues: [], due: [] });
    expect(table('old')).toMatchObject({
      wraparound_level: 'forced_autovacuum',
      xid: { age: expect.closeTo(150_000, -3) as number },
    });
    expect(table('dead')?.remedy).toEqual(['VACUUM (ANALYZE) public.dead;']);
    expect(table('dead')?.last_vacuum).toMatch(/Z$/);
    const never = table('never');
    expect([never?.inserted_tuples, never?.insert_threshold]).toEqual(
      major >= 13 ? [1000, 1000] : [null, null],
    );
  });

  test('all databases are told with their distances, those nobody may enter too', () => {
    const template = seen.databases.find(({ name }) => name === 'template0');
    expect(template).toMatchObject({
      allows_connections: false,
      issues: [],
      wraparound_level: 'none',
      eta: null,
    });
    const { xid, multixact } = template ?? {};
    expect((xid?.to_stop ?? 0) - (xid?.to_warn ?? 0)).toBe(major >= 14 ? 37_000_000 : 10_000_000);
    expect((multixact?.to_stop ?? 0) - (multixact?.to_warn ?? 0)).toBe(major >= 14 ? 37_000_000 : 10_000_000);
    expect(xid?.to_failsafe === null).toBe(major < 14);
  });

  test('who holds the horizon is told with what to do, and the VACUUM at work is not one of them', () => {
    const here = (holder: HorizonHolder): boolean => holder.database === dbname;
    const holders = seen.horizon_holders.filter(here);
    expect(holders.map(({ pid }) => pid)).not.toContain(pids.vacuum);
    expect(holders.find(({ pid }) => pid === pids.idle)).toMatchObject({
      kind: 'transaction',
      state: 'idle in transaction',
      affects_connected_database: true,
      query: expect.stringContaining("password='********'") as string,
      advice: expect.stringContaining(`pg_terminate_backend(${String(pids.idle)})`) as string,
    });
    expect(holders.find(({ kind }) => kind === 'prepared_transaction')).toMatchObject({
      name: gid,
      pid: null,
    });
    expect(holders.find(({ kind }) => kind === 'prepared_transaction')?.since).toMatch(/Z$/);
  });

  test('a running vacuum is told with its table', () => {
    expect(seen.running.find(({ pid }) => pid === pids.vacuum)).toMatchObject({
      relation: 'public.slow',
      kind: 'by_hand',
      to_prevent_wraparound: false,
      phase: 'scanning heap',
      index_passes: 0,
    });
    expect(table('slow')).toMatchObject({ vacuumed_by_pid: pids.vacuum });
    expect(seen.workers).toMatchObject({
      max: 3,
      launcher_running: true,
      naptime_ms: 86_400_000,
      cost_delay_ms: 2,
    });
    expect(seen.workers.max_read_bytes_per_s).toBe(major >= 14 ? 409_600_000 : 81_920_000);
  });

  test('a role without rights sees the same tables, and is told that the processes are hidden', async () => {
    const bare = await health(server.dsn({ dbname, user: 'bare', password: 'bare' }), ['--limit', '3']);
    expect(bare.tables_truncated).toMatchObject({ shown: 3 });
    expect(bare.totals.tables_with_issues).toBe(seen.totals.tables_with_issues);
    expect(bare.workers).toMatchObject({ running: null, launcher_running: null, max: 3 });
    expect(bare.limitations.map(({ subject, reason }) => [subject, reason])).toEqual([
      ['pg_stat_activity', 'no_privilege'],
      ['pg_stat_progress_vacuum', 'no_privilege'],
    ]);
    expect(bare.running.find(({ pid }) => pid === pids.vacuum)).toMatchObject({ kind: null, relation: null });
  });
});

describe.each([12, 18] as const)('a primary and its standby, PostgreSQL %i', (major: Major) => {
  let primary: TestServer;
  let standby: TestServer;

  beforeAll(async () => {
    primary = await startServer({ major, name: 'vacuum-primary' });
    await primary.query('CREATE TABLE t (id int)');
    await primary.query('INSERT INTO t SELECT n FROM generate_series(1, 100) AS n');
    await primary.query('ALTER TABLE t SET (autovacuum_enabled = off)');
    standby = await startStandby(primary, { hot_standby_feedback: 'on', wal_receiver_status_interval: '1s' });
  });
  afterAll(async () => {
    await standby.stop();
    await primary.stop();
  });

  test('a query on the standby holds the primary back, and a logical slot its catalogs', async () => {
    const reader = await standby.client();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t');
    await primary.query("SELECT pg_create_logical_replication_slot('left_behind', 'pgoutput')");
    for (let i = 0; i < 5; i++) await primary.query('SELECT txid_current()');
    await until(async () => {
      const rows = await primary.query(
        'SELECT FROM pg_stat_replication WHERE backend_xmin IS NOT NULL AND age(backend_xmin) > 4',
      );
      return rows.length > 0 ? true : undefined;
    });
    const { horizon_holders: holders } = await health(primary.dsn());
    expect(holders.find(({ kind }) => kind === 'standby')).toMatchObject({ is_oldest: true, database: null });
    expect(holders.find(({ kind }) => kind === 'replication_slot')).toMatchObject({
      name: 'left_behind',
      state: 'inactive',
      catalogs_only: true,
      is_oldest: false,
    });
    await reader.end();
  });

  test('two looks tell rates and take no transaction id themselves', async () => {
    const next = async (): Promise<unknown> =>
      (await primary.query('SELECT txid_snapshot_xmax(txid_current_snapshot()) AS next'))[0]?.['next'];
    const before = await next();
    const idle = await health(primary.dsn(), ['--delta', '--interval', '200ms']);
    expect(await next()).toBe(before);
    expect(idle.rates).toMatchObject({ xid_per_s: 0, multixact_per_s: 0 });
    expect(idle.rates?.interval_ms).toBeGreaterThan(150);
    expect(idle.databases[0]?.eta).toEqual({ forced_autovacuum_s: null, warn_s: null, stop_s: null });
  });

  test('a standby tells ages and options, and says that it has no counters', async () => {
    await until(async () =>
      (await standby.query("SELECT FROM pg_class WHERE relname = 't' AND reloptions IS NOT NULL")).length > 0
        ? true
        : undefined,
    );
    const seen = await health(standby.dsn());
    expect(seen.tables.find(({ name, part }) => name === 't' && part === 'heap')).toMatchObject({
      issues: ['autovacuum_off'],
      dead_tuples: null,
      live_tuples: null,
      changed_tuples: null,
    });
    expect(seen.limitations).toMatchObject([{ subject: 'pg_stat_all_tables', reason: 'not_primary' }]);
  });

  test('index-suggest says on a standby that it knows no writes', async () => {
    const said = await Promise.all(
      [primary, standby].map(async (server) => {
        const args = ['query', 'index-suggest', '--dsn', server.dsn(), '--sql', 'SELECT * FROM t'];
        const { envelope } = await runCli(args);
        const { limitations } = envelope.data as unknown as Pick<VacuumHealth, 'limitations'>;
        return limitations.map(({ subject, reason }) => [subject, reason]);
      }),
    );
    const without = ['hypopg', 'extension_missing'];
    expect(said).toEqual([[without], [['pg_stat_user_tables', 'not_primary'], without]]);
  });
});
