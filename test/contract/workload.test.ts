import { describe, expect, it } from 'vitest';
import { meetServer } from '../../src/cluster/server.js';
import { connect } from '../../src/db/connect.js';
import { guards, type Limits } from '../../src/db/guards.js';
import { resolveConnection } from '../../src/db/libpq/resolve.js';
import { Session } from '../../src/db/session.js';
import { readWorkDone, type WorkDone } from '../../src/tuning/observe/workload.js';
import { windowOf } from '../../src/tuning/observe/window.js';
import { freshDatabase, MAJORS, sharedServer, type ServerHandle } from '../support/cluster.js';
import { statisticsTold } from '../support/statisticsTold.js';
import { surroundings } from '../unit/db/surroundings.js';

const LIMITS: Limits = { statementTimeoutMs: 20_000, lockTimeoutMs: 200 };

/** Looks twice, as a session of the product does, with `between` in the middle. */
async function looks(dsn: string, between: () => Promise<void>): Promise<[WorkDone, WorkDone]> {
  const connection = await connect(resolveConnection({ dsn }, surroundings()), {
    applicationName: 'pgdba/config apply',
    guards: guards(LIMITS),
    signal: new AbortController().signal,
  });
  const session = new Session(connection, LIMITS);
  try {
    const { facts } = await meetServer(session, { functions: [], settings: [] });
    await session.send({ sql: 'COMMIT' });
    const observed = { major: facts.major, statements: facts.extensions['pg_stat_statements'] };
    const first = await readWorkDone(session, observed);
    await between();
    return [first, await readWorkDone(session, observed)];
  } finally {
    await session.close();
  }
}

/** Two hundred small transactions, ten of them rolled back, one that spills to disk, from a session that then ends. */
async function work(server: ServerHandle, dbname: string): Promise<void> {
  const client = await server.client({ dbname });
  await client.query('CREATE TABLE t (i int)');
  for (let i = 0; i < 190; i++) await client.query('INSERT INTO t VALUES (1)');
  for (let i = 0; i < 10; i++) await client.query('BEGIN; INSERT INTO t VALUES (1); ROLLBACK');
  await client.query("SET work_mem = '64kB'");
  await client.query(
    'SELECT count(*) FROM (SELECT g FROM generate_series(1, 100000) AS g ORDER BY random()) AS s',
  );
  await client.end();
}

describe.each(MAJORS)('on PostgreSQL %i', (major) => {
  it.each(['postgres', 'bare'])('a window tells the work that was done, as %s', async (user) => {
    const server = sharedServer(major);
    const dbname = await freshDatabase(server, 'empty');
    const [first, last] = await looks(server.dsn({ dbname: 'postgres', user }), async () => {
      await work(server, dbname);
      await statisticsTold(server, dbname);
    });
    const window = windowOf([first, last]);
    expect(window?.commits).toBeGreaterThanOrEqual(180);
    expect(window?.blocks_per_commit).toBeGreaterThan(0);
    const [row] = await server.query('SELECT oid::int FROM pg_database WHERE datname = $1', {
      params: [dbname],
    });
    const [before, after] = [first, last].map(({ databases }) => databases[String(row?.['oid'])]);
    expect(after?.temp_bytes).toBeGreaterThan(100_000 + (before?.temp_bytes ?? NaN));
    expect(after?.rollbacks).toBeGreaterThanOrEqual(10 + (before?.rollbacks ?? NaN));
    if (major >= 14) expect(window?.wal_bytes_per_commit).toBeGreaterThan(10);
    else expect(window?.wal_bytes_per_commit).toBeNull();
  });
});

it('counts the sessions that wait for a lock, and the statements where the extension is', async () => {
  const server = sharedServer(17);
  const dbname = await freshDatabase(server, 'empty');
  await server.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements', { dbname });
  await server.query('CREATE TABLE t (i int)', { dbname });
  const holder = await server.client({ dbname });
  const waiter = await server.client({ dbname });
  await holder.query('BEGIN; LOCK TABLE t');
  const [, last] = await looks(server.dsn({ dbname }), async () => {
    const waiting = waiter.query('SELECT * FROM t');
    waiting.catch(() => undefined);
    for (;;) {
      const [row] = await server.query('SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted');
      if (Number(row?.['n']) > 0) break;
    }
  });
  await holder.query('ROLLBACK');
  for (const client of [holder, waiter]) await client.end();
  expect(last.lock_waiters).toBeGreaterThanOrEqual(1);
  expect(last.statement_calls).toBeGreaterThan(0);
  expect(last.statement_ms).toBeGreaterThan(0);
});
