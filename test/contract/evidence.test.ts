import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/tuning/evidence.js';
import { MAJORS, type Major } from '../support/majors.js';
import { startServer, type TestServer } from '../support/servers.js';
import { evidenceAt } from './evidenceRead.js';

const ROLES = `
CREATE ROLE monitor LOGIN IN ROLE pg_monitor;
CREATE ROLE bare LOGIN;
CREATE EXTENSION pg_stat_statements;
SELECT pg_create_physical_replication_slot('abandoned', true);`;

/** 1000 rows, each changed twice: 2000 dead ones, eight times autovacuum's threshold of 50 + 0.2 × 1000. */
const TABLES = `
CREATE TABLE busy (id int, note text);
CREATE TABLE not_vacuumed (id int) WITH (autovacuum_enabled = off);
CREATE TABLE patient (id int) WITH (autovacuum_vacuum_threshold = 100000);
CREATE TABLE just_due (id int);
INSERT INTO busy SELECT n, 'x' FROM generate_series(1, 1000) AS n;
INSERT INTO not_vacuumed SELECT n FROM generate_series(1, 1000) AS n;
INSERT INTO patient SELECT n FROM generate_series(1, 1000) AS n;
INSERT INTO just_due SELECT n FROM generate_series(1, 1000) AS n;
ANALYZE;
UPDATE busy SET id = id; UPDATE busy SET id = id;
UPDATE not_vacuumed SET id = id; UPDATE not_vacuumed SET id = id;
UPDATE patient SET id = id; UPDATE patient SET id = id;
UPDATE just_due SET id = id WHERE id <= 300;`;

/** Tables and the dead rows they have once every session has told its counts. */
const DEAD = { busy: 2000, not_vacuumed: 2000, patient: 2000, just_due: 300 };

/** What a role without rights may not be told; wrong numbers would be worse. */
const HIDDEN_FROM_BARE = [
  'autovacuum_workers_busy',
  'longest_idle_in_transaction_s',
  'longest_transaction_s',
  'standbys',
  'wal_directory_bytes',
];

describe.each(MAJORS)('PostgreSQL %i', (major: Major) => {
  let server: TestServer;
  let idle: pg.Client;
  let others: pg.Client[] = [];

  const read = async (user?: string): Promise<Evidence> =>
    (await evidenceAt(server.dsn(user === undefined ? {} : { user }))).evidence;
  const number = async (sql: string): Promise<number> =>
    Number(Object.values((await server.query(`SELECT ${sql}`))[0] ?? {})[0]);
  /** Statistics arrive when they arrive: asks again until they have, and never by the clock. */
  const readUntil = async (arrived: (evidence: Evidence) => boolean): Promise<Evidence> => {
    for (;;) {
      const evidence = await read();
      if (arrived(evidence)) return evidence;
      await setTimeout(20);
    }
  };

  beforeAll(async () => {
    server = await startServer({
      major,
      name: 'evidence',
      settings: { 'pg_stat_statements.max': '100', max_prepared_transactions: '5' },
    });
    for (const statement of ROLES.split(/;\n/)) await server.query(statement);
    for (const statement of TABLES.split(/;\n/)) await server.query(statement);
    idle = await server.client();
    others = [await server.client(), await server.client()];
    await idle.query('BEGIN');
    await idle.query('SELECT 1');
    const dead = Object.entries(DEAD)
      .map(([name, count]) => `('${name}', ${String(count)})`)
      .join(', ');
    const missing = `(SELECT count(*) FROM (VALUES ${dead}) AS w(name, dead)
                        LEFT JOIN pg_stat_user_tables AS t ON t.relname = w.name AND t.n_dead_tup = w.dead
                       WHERE t.relid IS NULL)`;
    while ((await number(missing)) > 0) await setTimeout(20);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([idle, ...others].map((client) => client.end()));
    await server.stop();
  });

  test('all of it comes in one round trip, to every role', async () => {
    for (const user of ['postgres', 'monitor', 'bare']) {
      expect((await evidenceAt(server.dsn({ user }))).roundTrips, user).toBe(1);
    }
  });

  test('temporary files of a sort in a small work_mem are counted, and the rate is by ten minutes at least', async () => {
    const before = await read();
    // A session tells its statistics at its end at the latest.
    await server.query(
      `SET work_mem = '64kB'; SELECT count(*) FROM (SELECT n FROM generate_series(1, 50000) AS n ORDER BY n DESC) AS s`,
    );
    const after = await readUntil(({ temp_files: files }) => (files ?? 0) > (before.temp_files ?? 0));
    const [row] = await server.query(
      'SELECT sum(temp_files)::int8 AS files, sum(temp_bytes)::int8 AS bytes FROM pg_stat_database',
    );
    expect([after.temp_files, after.temp_bytes]).toEqual([Number(row?.['files']), Number(row?.['bytes'])]);
    expect(after.temp_files_per_hour).toBeCloseTo((after.temp_files ?? 0) * 6);
    expect(after.databases_observed_s).toBeLessThan(600);
  });

  test('checkpoints by hand count as requested', async () => {
    const before = await read();
    for (let i = 0; i < 3; i++) {
      await server.query('INSERT INTO busy VALUES (1)');
      await server.query('CHECKPOINT');
    }
    const wanted = (before.checkpoints_requested ?? 0) + 3;
    const after = await readUntil(({ checkpoints_requested: requested }) => (requested ?? 0) >= wanted);
    expect(after.checkpoints_requested).toBe(wanted);
    expect(after.checkpoints_timed).toBe(before.checkpoints_timed);
    expect(after.checkpoints_observed_s).toBeGreaterThan(before.checkpoints_observed_s ?? Infinity);
  });

  test('a session idle in a transaction shows with its age, and only to who may see it', async () => {
    const age = await number(
      `(SELECT extract(epoch FROM clock_timestamp() - state_change) FROM pg_stat_activity
         WHERE state = 'idle in transaction' AND application_name = 'pgdba test')`,
    );
    for (const user of ['postgres', 'monitor']) {
      const seen = await read(user);
      expect(seen.longest_idle_in_transaction_s, user).toBeGreaterThan(age);
      expect(seen.longest_transaction_s, user).toBeGreaterThan(
        seen.longest_idle_in_transaction_s ?? Infinity,
      );
    }
    expect((await read('bare')).longest_idle_in_transaction_s).toBeNull();
  });

  test('sessions are counted, by every role, our own left out', async () => {
    for (const user of ['postgres', 'monitor', 'bare']) {
      expect(await read(user), user).toMatchObject({ connections_now: 3 });
    }
    const { connections_average: average, connections_peak: peak } = await read();
    if (major < 14) expect(average).toBeNull();
    else expect(average).toBeGreaterThan(0);
    expect(peak).toBe(3);
  });

  test('a parallel worker is no connection to who can tell it from one', async () => {
    const [leader] = others;
    await leader?.query(`SET ${major < 16 ? 'force_parallel_mode' : 'debug_parallel_query'} = on`);
    const sleeping = leader?.query('SELECT pg_sleep(60)').catch(() => undefined);
    const workers = `count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'`;
    try {
      while ((await number(workers)) === 0) await setTimeout(20);
      expect(await read()).toMatchObject({ connections_now: 3 });
      expect(await read('bare')).toMatchObject({ connections_now: 4 });
    } finally {
      await server.query(
        `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'`,
      );
      await sleeping;
      await leader?.query('RESET ALL');
      while ((await number(workers)) > 0) await setTimeout(20);
    }
  });

  test('WAL has a rate: of all that was written, on 12 and 13 of what was since the last checkpoint', async () => {
    await server.query('CHECKPOINT');
    const [start] = await server.query('SELECT pg_current_wal_lsn()::text AS lsn');
    await server.query(`INSERT INTO busy SELECT n, repeat('x', 100) FROM generate_series(1, 10000) AS n`);
    const written = await number(`pg_wal_lsn_diff(pg_current_wal_lsn(), '${String(start?.['lsn'])}')`);
    const seen = await readUntil(
      ({ wal_bytes_per_s: rate, wal_observed_s: seconds }) => (rate ?? 0) * (seconds ?? 0) >= written,
    );
    if (major < 14) {
      expect([seen.wal_bytes, seen.wal_fpi_ratio, seen.wal_fpi_share_ratio]).toEqual([null, null, null]);
      const age = 'extract(epoch FROM clock_timestamp() - checkpoint_time)';
      expect(seen.wal_observed_s).toBeLessThanOrEqual(
        await number(`${age} AS n FROM pg_control_checkpoint()`),
      );
    } else {
      const [row] = await server.query('SELECT wal_bytes, wal_fpi, wal_records FROM pg_stat_wal');
      expect(seen.wal_bytes).toBeLessThanOrEqual(Number(row?.['wal_bytes']));
      expect(seen.wal_fpi_ratio).toBeGreaterThan(0);
      expect(seen.wal_fpi_ratio).toBeLessThan(1);
      expect(seen.wal_fpi_share_ratio).toBeGreaterThan(0);
      expect(seen.wal_fpi_share_ratio).toBeLessThanOrEqual(1);
    }
  });

  test('one table is behind: not one that is just due, nor those with options of their own', async () => {
    // Up to 14 a collector tells of dead rows half a second late.
    await expect.poll(() => read(), { timeout: 20_000 }).toMatchObject({ tables_behind_autovacuum: 1 });
    const ratio = async (): Promise<number> => {
      const [row] = await server.query(
        'SELECT sum(n_dead_tup)::float8 / sum(n_dead_tup + n_live_tup) AS ratio FROM pg_stat_user_tables',
      );
      return Number(row?.['ratio']);
    };
    await expect
      .poll(async () => ((await read('bare')).dead_tuple_ratio ?? 0) - (await ratio()), { timeout: 20_000 })
      .toBeCloseTo(0);
    if (major < 18) return;
    // 18 has a maximum beside the share; -1 is none.
    for (const [maximum, behind] of [
      ['500', 2],
      ['-1', 1],
    ] as const) {
      await server.query(`ALTER TABLE patient SET (autovacuum_vacuum_max_threshold = ${maximum})`);
      expect(await read(), maximum).toMatchObject({ tables_behind_autovacuum: behind });
    }
  });

  test('a table that is locked costs nothing', async () => {
    const [holder] = others;
    await holder?.query('BEGIN');
    await holder?.query('LOCK TABLE just_due IN ACCESS EXCLUSIVE MODE');
    try {
      expect(await read()).toMatchObject({ tables_behind_autovacuum: 1 });
    } finally {
      await holder?.query('ROLLBACK');
    }
  });

  test('a slot that nobody reads keeps WAL; a prepared transaction is counted', async () => {
    await server.query(`BEGIN; INSERT INTO busy VALUES (1); PREPARE TRANSACTION 'forgotten'`);
    try {
      const seen = await read('bare');
      expect(seen).toMatchObject({ replication_slots: 1, inactive_replication_slots: 1, prepared_xacts: 1 });
      expect(seen.slot_retained_bytes).toBeGreaterThan(100_000);
    } finally {
      await server.query(`ROLLBACK PREPARED 'forgotten'`);
    }
  });

  test('statements that were thrown out are counted, where the extension tells', async () => {
    for (let columns = 1; columns <= 130; columns++) {
      await others[0]?.query(`SELECT ${Array.from({ length: columns }, () => '1').join(', ')}`);
    }
    const seen = await read('bare');
    if (major < 14) {
      expect([seen.statements_evicted, seen.statements_observed_s]).toEqual([null, null]);
    } else {
      expect(seen.statements_evicted).toBeGreaterThan(0);
      expect(seen.statements_observed_s).toBeGreaterThan(0);
    }
  });

  test('the connected database is measured, and so is its share of the work', async () => {
    const seen = await read('bare');
    const size = await number('pg_database_size(current_database())');
    expect(seen.database_bytes).toBeGreaterThan(size / 2);
    expect(seen.database_access_ratio).toBeGreaterThan(0.5);
    expect(seen.database_access_ratio).toBeLessThanOrEqual(1);
    expect(seen.cache_hit_ratio).toBeGreaterThan(0.5);
    expect(seen.cache_hit_ratio).toBeLessThanOrEqual(1);
  });

  test('a reset shortens what the counters cover', async () => {
    const ofDatabase = 'FROM pg_stat_database WHERE datname = current_database()';
    const resetAt = async (): Promise<unknown> =>
      (await server.query(`SELECT stats_reset::text AS at ${ofDatabase}`))[0]?.['at'];
    const age = `extract(epoch FROM clock_timestamp() - stats_reset) ${ofDatabase}`;
    const [before, lastReset] = [await read(), await resetAt()];
    await server.query('SELECT pg_stat_reset()');
    while ((await resetAt()) === lastReset) await setTimeout(20);
    const atLeast = await number(age);
    const seen = await read();
    const atMost = await number(age);
    // The product reads times to the millisecond.
    expect(seen.databases_observed_s).toBeGreaterThan(atLeast - 0.002);
    expect(seen.databases_observed_s).toBeLessThan(atMost + 0.002);
    expect(seen.checkpoints_observed_s).toBeGreaterThan(before.checkpoints_observed_s ?? Infinity);
    expect(seen.checkpoints_observed_s).toBeGreaterThan(seen.databases_observed_s ?? Infinity);
    expect(seen.bgwriter_halts).not.toBeNull();
  });

  test('what a role may not see is null, and never 0', async () => {
    const [all, monitor, bare] = await Promise.all([read(), read('monitor'), read('bare')]);
    const hidden = (from: Evidence): string[] =>
      Object.entries(all)
        .filter(([key, value]) => value !== null && from[key as keyof Evidence] === null)
        .map(([key]) => key)
        .sort();
    expect(hidden(monitor)).toEqual([]);
    // From 14 on an average of the sessions at work is told to everybody.
    expect(hidden(bare)).toEqual(major < 14 ? ['active_peak', ...HIDDEN_FROM_BARE] : HIDDEN_FROM_BARE);
  });
});
