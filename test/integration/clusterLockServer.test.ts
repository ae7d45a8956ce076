import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import type { PgdbaError } from '../../src/core/errors.js';
import { writerGuards } from '../../src/db/guards.js';
import { Session } from '../../src/db/session.js';
import {
  takeAdvisoryLock,
  type AdvisoryLock,
  type AdvisoryWish,
} from '../../src/tuning/changeset/advisoryLock.js';
import { MAJORS, sharedServer } from '../support/cluster.js';
import type { ServerHandle } from '../support/serverHandle.js';
import { startServer, startStandby, type TestServer } from '../support/servers.js';
import { open } from './connection/open.js';

const LIMITS = { statementTimeoutMs: 10_000, lockTimeoutMs: 200 };

const warnings: { readonly code: string; readonly message: string }[] = [];
const taken: AdvisoryLock[] = [];
afterEach(async () => {
  warnings.length = 0;
  await Promise.all(taken.splice(0).map((lock) => lock.release()));
});

interface Choice {
  readonly user?: string;
  readonly dbname?: string;
  readonly socket?: boolean;
  readonly waitMs?: number;
  readonly startedAt?: string;
}

async function startedAt(server: ServerHandle): Promise<string> {
  const [row] = await server.query(
    `SET TimeZone = 'UTC'; SELECT to_json(pg_postmaster_start_time()) #>> '{}' AS at`,
  );
  return row?.['at'] as string;
}

async function take(server: ServerHandle, choice: Choice = {}, more: Partial<AdvisoryWish> = {}) {
  const { waitMs = 0, dbname = 'empty', ...where } = choice;
  const lock = await takeAdvisoryLock({
    openSession: async ({ database }) => {
      const guards = writerGuards(LIMITS);
      const dsn = server.dsn({ ...where, dbname: database ?? dbname });
      return new Session(await open(dsn, { applicationName: 'pgdba/config apply', guards }), LIMITS);
    },
    startedAt: choice.startedAt ?? (await startedAt(server)),
    waitMs,
    clock: systemClock,
    signal: new AbortController().signal,
    warn: (code, message) => warnings.push({ code, message }),
    ...more,
  });
  taken.push(lock);
  return lock;
}

async function refused(attempt: Promise<unknown>): Promise<PgdbaError> {
  return attempt.then(
    () => expect.unreachable('the lock was given'),
    (error: unknown) => error as PgdbaError,
  );
}

async function pidOf({ session }: AdvisoryLock): Promise<number> {
  const { rows } = await session.send({ sql: 'SELECT pg_catalog.pg_backend_pid()' });
  return Number(rows[0]?.[0]);
}

describe.each(MAJORS)('the advisory lock on PostgreSQL %i', (major) => {
  const server = sharedServer(major);

  test('is taken in postgres whatever the command connects to, and names its holder to the next', async () => {
    const first = await take(server);
    expect(first.database).toBe('postgres');
    const pid = await pidOf(first);
    expect(await refused(take(server))).toMatchObject({
      code: 'lock_held',
      exit: 7,
      message: `backend ${String(pid)} (pgdba/config apply, from 127.0.0.1) holds pgdba’s advisory lock in the database postgres`,
      details: {
        pid,
        application_name: 'pgdba/config apply',
        client_addr: '127.0.0.1',
        database: 'postgres',
        since: expect.stringMatching(/^\d{4}-/) as string,
      },
    });
    expect(warnings).toEqual([]);
  });

  test('lies where the documentation says', async () => {
    const pid = await pidOf(await take(server));
    const rows = await server.query(
      `SELECT pid, classid::int8::text AS classid, objid::int8::text AS objid, objsubid FROM pg_locks WHERE locktype = 'advisory'`,
    );
    expect(rows).toEqual([{ pid, classid: '1169877232', objid: '1474758200', objsubid: 1 }]);
  });

  test('is free as soon as it is released, and as soon as its session dies', async () => {
    for (let i = 0; i < 5; i++) await (await take(server)).release();
    const killed = await take(server);
    await server.query('SELECT pg_terminate_backend($1, 5000)'.replace(major < 14 ? ', 5000' : '', ''), {
      params: [await pidOf(killed)],
    });
    await expect(
      (await take(server, { waitMs: 10_000 })).session.send({ sql: 'SELECT 1' }),
    ).resolves.toBeDefined();
    await expect(killed.session.send({ sql: 'SELECT 1' })).rejects.toMatchObject({ code: 'connection_lost' });
  });

  test('is waited for', async () => {
    const first = await take(server);
    const second = take(server, { waitMs: 30_000 });
    // It has looked once when it shows up as a session that has nothing to do.
    const waiting = async (): Promise<number> =>
      (
        await server.query(
          `SELECT 1 FROM pg_stat_activity WHERE application_name = 'pgdba/config apply' AND query ~ 'try'`,
        )
      ).length;
    await expect.poll(waiting, { timeout: 10_000 }).toBe(2);
    await first.release();
    await expect(second).resolves.toMatchObject({ database: 'postgres' });
  });

  test('names a holder to a role that may see little of it', async () => {
    const pid = await pidOf(await take(server));
    const error = await refused(take(server, { user: 'bare' }));
    expect(error).toMatchObject({
      code: 'lock_held',
      details: { pid, application_name: 'pgdba/config apply', client_addr: null },
    });
  });

  test('is not taken on another server than the one that was planned on', async () => {
    const error = await refused(take(server, { startedAt: '2026-01-01T00:00:00+00:00' }));
    expect(error).toMatchObject({ code: 'node_mismatch', exit: 7 });
    const rows = await server.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory'`);
    expect(rows).toEqual([]);
  });

  test('has a session that stays although the server ends idle ones, and whose death is noticed in seconds', async () => {
    const { session } = await take(server);
    const names = [
      'default_transaction_read_only',
      'tcp_keepalives_idle',
      'tcp_keepalives_interval',
      'tcp_keepalives_count',
    ];
    if (major >= 14) names.push('idle_session_timeout');
    const { rows } = await session.send({
      sql: 'SELECT name, setting FROM pg_settings WHERE name = ANY ($1::text[]) ORDER BY name',
      params: [`{${names.join(',')}}`],
    });
    expect(Object.fromEntries(rows)).toEqual({
      default_transaction_read_only: 'off',
      tcp_keepalives_idle: '5',
      tcp_keepalives_interval: '5',
      tcp_keepalives_count: '3',
      ...(major >= 14 ? { idle_session_timeout: '0' } : {}),
    });
  });
});

describe.each([12, 18] as const)('where postgres is closed, on PostgreSQL %i', (major) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({
      major,
      hba: [
        'host postgres walled 127.0.0.1/32 reject',
        'host all all 127.0.0.1/32 trust',
        'local all all trust',
      ],
    });
    for (const role of ['walled', 'granted']) await server.query(`CREATE ROLE ${role} LOGIN`);
    await server.createDatabase('app');
    await server.query('REVOKE CONNECT ON DATABASE postgres FROM PUBLIC');
  });
  afterAll(() => server.stop());

  test.each([
    ['CONNECT was revoked', 'granted'],
    ['pg_hba.conf rejects', 'walled'],
  ])('because %s, the lock is taken in the connected database, with a warning', async (_why, user) => {
    const lock = await take(server, { user, dbname: 'app' });
    expect(lock.database).toBe('app');
    expect(warnings).toMatchObject([{ code: 'lock_database' }]);
    expect(await refused(take(server, { user, dbname: 'app' }))).toMatchObject({
      code: 'lock_held',
      details: { database: 'app' },
    });
  });

  test.each([
    ['takes no connections', 'ALLOW_CONNECTIONS false', 'postgres', 'ALLOW_CONNECTIONS true'],
    ['is not there', 'RENAME TO gone', 'gone', 'RENAME TO postgres'],
  ])('because it %s, likewise', async (_why, close, name, reopen) => {
    const choice = { dbname: 'app', startedAt: await startedAt(server) };
    await server.query(`ALTER DATABASE postgres ${close}`, { dbname: 'app' });
    try {
      expect((await take(server, choice)).database).toBe('app');
      expect(warnings).toMatchObject([{ code: 'lock_database' }]);
    } finally {
      await server.query(`ALTER DATABASE ${name} ${reopen}`, { dbname: 'app' });
    }
  });
});

describe.each([12, 18] as const)('on a standby of PostgreSQL %i', (major) => {
  let primary: TestServer;
  let standby: TestServer;
  beforeAll(async () => {
    primary = await startServer({ major });
    standby = await startStandby(primary);
  });
  afterAll(async () => {
    await standby.stop();
    await primary.stop();
  });

  test('it is a lock of that node alone', async () => {
    const choice = { dbname: 'postgres' };
    const there = await take(standby, choice);
    expect(await refused(take(standby, choice))).toMatchObject({
      code: 'lock_held',
      details: { pid: await pidOf(there) },
    });
    await expect(take(primary, choice)).resolves.toMatchObject({ database: 'postgres' });
  });
});
