import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type pg from 'pg';
import type { LocksAnswer, Root, WaitingRow } from '../../src/query/locks/locksData.js';
import { Cast } from '../support/cast.js';
import { freshDatabase, MAJORS, sharedServer, type Major } from '../support/cluster.js';
import { until } from '../support/inspected.js';
import { runCli } from '../support/runCli.js';
import { startServer, startStandby, type TestServer } from '../support/servers.js';

async function locks(dsn: string, args: readonly string[] = ['--limit', '0']): Promise<LocksAnswer> {
  const { envelope } = await runCli(['query', 'locks', '--dsn', dsn, ...args]);
  if (envelope.data === null) throw new Error(JSON.stringify(envelope.error));
  return envelope.data as unknown as LocksAnswer;
}

const ODD = '"Odd ""Näme.\n😀"';

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  let dbname: string;
  let cast: Cast;
  let gid: string;
  let seen: LocksAnswer;
  const waiting = (name: string): WaitingRow | undefined =>
    seen.waiting.find(({ pid }) => pid === cast.pid(name));
  const root = (name: string): Root | undefined => seen.roots.find(({ pid }) => pid === cast.pid(name));

  beforeAll(async () => {
    dbname = await freshDatabase(server, 'empty');
    cast = new Cast(server, dbname);
    gid = `it's "${dbname}"`;
    await cast.does(
      'planter',
      'CREATE TABLE t (id int PRIMARY KEY, v int)',
      'INSERT INTO t VALUES (1, 1), (2, 2)',
    );
    for (const table of ['abc', 'kept', 'built', 'serial', ODD])
      await cast.does('planter', `CREATE TABLE ${table} (id int)`);
    // A reads, B wants to alter, C reads and stands behind B; D holds what C does not want.
    await cast.does('A', 'BEGIN', 'SELECT count(*) FROM abc');
    await cast.waits('B', 'ALTER TABLE abc ADD COLUMN more int');
    await cast.waits('C', 'SELECT count(*) FROM abc');
    // Two after one row.
    await cast.does('row', 'BEGIN', "UPDATE t SET v = 2 WHERE id = 1 -- password='hunter2'");
    await cast.waits('row 1', 'UPDATE t SET v = 3 WHERE id = 1');
    await cast.waits('row 2', 'UPDATE t SET v = 4 WHERE id = 1');
    await cast.does(
      'preparer',
      'BEGIN',
      'LOCK TABLE kept',
      `PREPARE TRANSACTION '${gid.replaceAll("'", "''")}'`,
    );
    await cast.does(
      'bystander',
      'BEGIN',
      'LOCK TABLE serial IN ACCESS SHARE MODE',
      `PREPARE TRANSACTION 'decoy ${dbname}'`,
    );
    await cast.waits('late', 'SELECT FROM kept');
    await cast.does('odd', 'BEGIN', `LOCK TABLE ${ODD}`);
    await cast.waits('odd 1', `INSERT INTO ${ODD} VALUES (1)`);
    await cast.does('adviser', 'SELECT pg_advisory_lock(-7)', 'SELECT pg_advisory_lock(1, -2)');
    await cast.waits('advised', 'SELECT pg_advisory_lock(-7)');
    await cast.waits('advised twice', 'SELECT pg_advisory_lock(1, -2)');
    await cast.does('writer', 'BEGIN', 'INSERT INTO built VALUES (1)');
    await cast.waits('builder', 'CREATE INDEX CONCURRENTLY ON built (id)');
    await cast.does(
      'serializable',
      'BEGIN ISOLATION LEVEL SERIALIZABLE',
      'INSERT INTO serial SELECT count(*) FROM serial',
    );
    await cast.does('deferrable', 'BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE');
    await cast.waits('deferrable', 'SELECT count(*) FROM serial');
    // A deadlock that nobody looks for yet.
    for (const [name, key] of [
      ['circle 1', '11'],
      ['circle 2', '12'],
    ] as const) {
      await cast.does(name, "SET deadlock_timeout = '10min'", `SELECT pg_advisory_lock(${key})`);
    }
    await cast.waits('circle 1', 'SELECT pg_advisory_lock(12)');
    await cast.waits('circle 2', 'SELECT pg_advisory_lock(11)');
    await cast.waits('behind', 'SELECT pg_advisory_lock_shared(11)');
    await cast.does('idle', 'SELECT 1');
    seen = await locks(server.dsn({ dbname }));
  });
  afterAll(async () => {
    await cast.end();
    await cast.does(
      'cleaner',
      `ROLLBACK PREPARED '${gid.replaceAll("'", "''")}'`,
      `ROLLBACK PREPARED 'decoy ${dbname}'`,
    );
    await cast.end();
  });

  test('the DDL in the middle of a queue is named: B waits for A, C for B and not for A', () => {
    expect(waiting('B')).toMatchObject({
      blocked_by: [cast.pid('A')],
      soft_blocked_by: [],
      mode: 'AccessExclusiveLock',
      relation: 'public.abc',
      depth: 1,
      roots: [cast.pid('A')],
    });
    expect(waiting('C')).toMatchObject({
      blocked_by: [cast.pid('B')],
      soft_blocked_by: [cast.pid('B')],
      mode: 'AccessShareLock',
      depth: 2,
      roots: [cast.pid('A')],
    });
    expect(root('A')).toMatchObject({
      state: 'idle in transaction',
      idle_in_transaction: true,
      query: 'SELECT count(*) FROM abc',
      victims: 2,
      held: [{ mode: 'AccessShareLock', relation: 'public.abc' }],
      remedy: `SELECT pg_terminate_backend(${String(cast.pid('A'))});`,
      blocks: [{ pid: cast.pid('B'), blocked_as: 'holds', victims: 1 }],
    });
    expect(root('A')?.blocks[0]?.blocks).toMatchObject([
      { pid: cast.pid('C'), blocked_as: 'ahead_in_queue', blocks: [] },
    ]);
    expect(root('A')?.advice).toContain(
      `pid ${String(cast.pid('B'))} only waits for AccessExclusiveLock itself, yet 1 stand`,
    );
    expect(root('A')?.xact_age_ms).toBeGreaterThan(0);
    expect(waiting('B')?.wait_ms === null).toBe(major < 14);
  });

  test('who waits for a row is told the table and the row, and who stands behind in the queue for it', () => {
    expect(waiting('row 1')).toMatchObject({
      locktype: 'transactionid',
      relation: 'public.t',
      row: '(0,1)',
      blocked_by: [cast.pid('row')],
    });
    expect(waiting('row 2')).toMatchObject({
      locktype: 'tuple',
      relation: 'public.t',
      blocked_by: [cast.pid('row 1')],
      depth: 2,
    });
    expect(root('row')).toMatchObject({
      victims: 2,
      query: "UPDATE t SET v = 2 WHERE id = 1 -- password='********'",
    });
  });

  test('a prepared transaction is a root with its gid, and the one beside it is not', () => {
    expect(waiting('late')).toMatchObject({ blocked_by: [0], blockers: [{ pid: 0, gid, kind: 'holds' }] });
    const prepared = seen.roots.filter((node) => node.kind === 'prepared_transaction');
    expect(prepared.filter((node) => node.database === dbname)).toMatchObject([
      { pid: 0, gid, state: null, victims: 1, blocks: [{ pid: cast.pid('late') }] },
    ]);
    expect(prepared.find((node) => node.gid === gid)?.advice).toContain(
      `ROLLBACK PREPARED '${gid.replaceAll("'", "''")}'`,
    );
    expect(seen.long_transactions).toContainEqual(
      expect.objectContaining({ gid: `decoy ${dbname}`, victims: 0 }),
    );
  });

  test('locks on other things than tables: names, advisory keys, virtual transactions, safe snapshots', () => {
    expect(waiting('odd 1')).toMatchObject({ relation: `public.${ODD}`, blocked_by: [cast.pid('odd')] });
    expect(waiting('advised')).toMatchObject({ locktype: 'advisory', object: 'advisory lock -7' });
    expect(waiting('advised twice')).toMatchObject({
      object: 'advisory lock 1, -2',
      blocked_by: [cast.pid('adviser')],
    });
    expect(root('adviser')).toMatchObject({ state: 'idle', victims: 2, held: [{}, {}] });
    expect(waiting('builder')).toMatchObject({ locktype: 'virtualxid', blocked_by: [cast.pid('writer')] });
    expect(root('writer')).toMatchObject({ victims: 1, blocks: [{ pid: cast.pid('builder') }] });
    expect(waiting('deferrable')).toMatchObject({
      mode: null,
      wait_event: 'SafeSnapshot',
      blockers: [{ pid: cast.pid('serializable'), kind: 'safe_snapshot' }],
      depth: 1,
    });
    expect(root('serializable')).toMatchObject({
      idle_in_transaction: true,
      blocks: [{ pid: cast.pid('deferrable') }],
    });
  });

  test('a circle ends, and who stands behind it is found', () => {
    const [one, two] = [cast.pid('circle 1'), cast.pid('circle 2')];
    const circles = seen.roots.filter(({ cycle }) => cycle.length > 0);
    expect(circles).toHaveLength(1);
    expect([...(circles[0]?.cycle ?? [])].sort()).toEqual([one, two].sort());
    expect(circles[0]).toMatchObject({ victims: 2, remedy: null });
    expect(waiting('behind')).toMatchObject({ roots: [circles[0]?.pid] });
  });

  test('open transactions are told though nobody waits for them, idle sessions and waiters are not', () => {
    const pids = seen.long_transactions.map(({ pid }) => pid);
    for (const name of ['A', 'row', 'odd', 'writer', 'serializable']) expect(pids).toContain(cast.pid(name));
    for (const name of ['idle', 'planter', 'B', 'row 1', 'adviser'])
      expect(pids).not.toContain(cast.pid(name));
  });

  test('--min-age leaves out the young, --limit cuts each list and says so', async () => {
    const young = await locks(server.dsn({ dbname }), ['--min-age', '1h', '--limit', '2']);
    expect(young.long_transactions).toEqual([]);
    expect(young.waiting).toHaveLength(2);
    expect(young.waiting_truncated).toMatchObject({ shown: 2, total: seen.totals.waiting });
    expect(young.roots_truncated).toMatchObject({ shown: 2, total: seen.totals.roots });
    expect(young.totals.waiting).toBeGreaterThanOrEqual(13);
  });

  test('a role without rights sees who blocks whom, and is told what it does not see', async () => {
    const dsn = server.dsn({ dbname: 'postgres', user: 'bare', password: 'bare' });
    const bare = await locks(dsn);
    const c = bare.waiting.find(({ pid }) => pid === cast.pid('C'));
    expect(c).toMatchObject({
      blocked_by: [cast.pid('B')],
      query: null,
      state: null,
      idle_in_transaction: null,
    });
    // Seen from another database, a relation has no name.
    expect(c).toMatchObject({ relation: null, lock_database: dbname });
    expect(c?.object).toMatch(/^relation \d+ of database \d+$/);
    expect(bare.roots.find(({ pid }) => pid === cast.pid('A'))).toMatchObject({
      victims: 2,
      xact_age_ms: null,
    });
    expect(bare.limitations.map(({ subject, reason }) => [subject, reason])).toEqual([
      ['pg_locks', 'no_privilege'],
      ['pg_stat_activity', 'no_privilege'],
    ]);
    expect(seen.limitations).toEqual([]);
  });
});

const CHAINS = 3;
const CHAIN_LENGTH = 20;

describe.each([12, 18] as const)('a crowded server of PostgreSQL %i', (major: Major) => {
  let server: TestServer;
  let cast: Cast;

  beforeAll(async () => {
    const settings = { max_connections: '68', superuser_reserved_connections: '0' };
    server = await startServer({ major, settings, name: 'crowded' });
    cast = new Cast(server, 'postgres');
    await server.query('CREATE TABLE q (id int PRIMARY KEY, v int)');
    await server.query('INSERT INTO q SELECT n, 0 FROM generate_series(1, 3000) AS n');
    const update = (chain: number, at: number): string =>
      `UPDATE q SET v = 1 WHERE id = ${String(chain * 1000 + at)}`;
    for (let chain = 0; chain < CHAINS; chain++) {
      await cast.does(`${String(chain)} 0`, 'BEGIN', update(chain, 1));
      for (let at = 1; at <= CHAIN_LENGTH; at++) {
        await cast.does(`${String(chain)} ${String(at)}`, 'BEGIN', update(chain, at + 1));
        await cast.waits(`${String(chain)} ${String(at)}`, update(chain, at));
      }
    }
  });
  afterAll(async () => {
    await cast.end();
    await server.stop();
  });

  test('every chain is told from its root to its end', async () => {
    const seen = await locks(server.dsn(), []);
    expect(seen.totals).toMatchObject({
      waiting: CHAINS * CHAIN_LENGTH,
      roots: CHAINS,
      deepest: CHAIN_LENGTH,
    });
    expect(seen.roots.map(({ victims }) => victims)).toEqual([CHAIN_LENGTH, CHAIN_LENGTH, CHAIN_LENGTH]);
    for (let chain = 0; chain < CHAINS; chain++) {
      const pids: number[] = [];
      let node = seen.roots.find(({ pid }) => pid === cast.pid(`${String(chain)} 0`)) as
        Root['blocks'][number] | undefined;
      for (; node !== undefined; node = node.blocks[0]) pids.push(node.pid);
      expect(pids).toEqual(
        Array.from({ length: CHAIN_LENGTH + 1 }, (_, at) => cast.pid(`${String(chain)} ${String(at)}`)),
      );
    }
  });

  test('a server without a free connection is told as that', async () => {
    const crowd: pg.Client[] = [];
    for (let attempt = 0; attempt < 10; attempt++) {
      await server.client().then(
        (client) => crowd.push(client),
        () => undefined,
      );
    }
    const { exitCode, envelope } = await runCli(['query', 'locks', '--dsn', server.dsn()]);
    await Promise.all(crowd.map((client) => client.end()));
    expect(exitCode).toBe(4);
    expect(envelope.error).toMatchObject({
      code: 'server_unavailable',
      message: expect.stringMatching(/too many clients/) as string,
    });
  });
});

describe.each([12, 18] as const)('a standby of PostgreSQL %i', (major: Major) => {
  let primary: TestServer;
  let standby: TestServer;

  beforeAll(async () => {
    primary = await startServer({ major, name: 'locks-primary' });
    await primary.query('CREATE TABLE t (id int)');
    await primary.query('INSERT INTO t SELECT n FROM generate_series(1, 100) AS n');
    standby = await startStandby(primary, { max_standby_streaming_delay: '-1', hot_standby_feedback: 'off' });
  });
  afterAll(async () => {
    await standby.stop();
    await primary.stop();
  });

  const startup = async (): Promise<number> =>
    Number(
      (await standby.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'"))[0]?.['pid'],
    );

  test('what the primary locked exclusively is held by the startup process, which nobody can end', async () => {
    const there = new Cast(primary, 'postgres');
    const here = new Cast(standby, 'postgres');
    await there.does('ddl', 'BEGIN', 'LOCK TABLE t', 'SELECT txid_current()');
    await primary.query('SELECT pg_switch_wal()');
    await until(async () =>
      (
        await standby.query(
          "SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND locktype = 'relation'",
        )
      ).length > 0
        ? true
        : undefined,
    );
    await here.waits('reader', 'SELECT count(*) FROM t');
    const seen = await locks(standby.dsn());
    expect(seen.roots).toMatchObject([
      {
        pid: await startup(),
        kind: 'startup',
        remedy: null,
        blocks: [{ pid: here.pid('reader'), relation: 'public.t' }],
      },
    ]);
    await there.does('ddl', 'ROLLBACK');
    await Promise.all([there.end(), here.end()]);
  });

  test('replay that waits for a session is a waiter, with the session as its root', async () => {
    const here = new Cast(standby, 'postgres');
    await here.does('reader', 'BEGIN', 'SELECT count(*) FROM t');
    await primary.query('BEGIN; LOCK TABLE t; SELECT txid_current(); COMMIT');
    await primary.query('SELECT pg_switch_wal()');
    await until(async () =>
      (await standby.query('SELECT FROM pg_locks WHERE NOT granted')).length > 0 ? true : undefined,
    );
    const seen = await locks(standby.dsn());
    const pid = await startup();
    expect(seen.waiting).toMatchObject([
      {
        pid,
        kind: 'startup',
        mode: 'AccessExclusiveLock',
        relation: 'public.t',
        blocked_by: [here.pid('reader')],
      },
    ]);
    expect(seen.roots).toMatchObject([
      { pid: here.pid('reader'), idle_in_transaction: true, blocks: [{ pid }] },
    ]);
    await here.end();
  });

  test('replay that waits for an old snapshot names whom it may be', async () => {
    const here = new Cast(standby, 'postgres');
    await here.does('old', 'BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT count(*) FROM t');
    await primary.query('DELETE FROM t');
    await primary.query('VACUUM t');
    await primary.query('SELECT pg_switch_wal()');
    const seen = await until(async () => {
      const look = await locks(standby.dsn());
      // Servers before 14 do not tell that replay waits for a snapshot.
      return major < 14 || look.recovery_conflict !== null ? look : undefined;
    });
    if (major < 14) expect(seen.recovery_conflict).toBeNull();
    else {
      expect(seen.recovery_conflict).toEqual({
        pid: await startup(),
        wait_event: 'RecoveryConflictSnapshot',
        suspects: [here.pid('old')],
      });
    }
    await here.end();
  });
});
