import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type pg from 'pg';
import { ourBackends, until, untilBlocked } from '../support/inspected.js';
import { freePort } from '../support/freePort.js';
import type { Major } from '../support/majors.js';
import { runCli, startCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';

let server: TestServer;
let silent: Server;
let home: string;

beforeAll(async () => {
  server = await startServer({
    major: 18,
    hba: [
      'host rejected all 127.0.0.1/32 reject',
      'host all trusted 127.0.0.1/32 trust',
      'host all all 127.0.0.1/32 scram-sha-256',
    ],
  });
  await server.query("CREATE ROLE trusted LOGIN SUPERUSER; CREATE ROLE careful LOGIN PASSWORD 'right'");
  await server.createDatabase('rejected');
  silent = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
});
afterAll(async () => {
  silent.close();
  await server.stop();
  await rm(home, { recursive: true });
});

const uri = (user: string, port: number, rest = 'postgres'): string =>
  `postgresql://${user}@127.0.0.1:${String(port)}/${rest}`;

describe('exit 4: nobody to talk to', () => {
  const REASONS: readonly (readonly [string, string, boolean, () => string | Promise<string>])[] = [
    ['nothing listens', 'connection_refused', true, async () => uri('trusted', await freePort())],
    ['a wrong password', 'auth_failed', false, () => uri('careful:wrong', server.port)],
    ['no password', 'password_required', false, () => uri('careful', server.port)],
    ['pg_hba.conf says no', 'auth_failed', false, () => uri('trusted', server.port, 'rejected')],
    ['no such database', 'database_not_found', false, () => uri('trusted', server.port, 'nowhere')],
    ['no such host', 'host_not_found', true, () => 'postgresql://trusted@no-such-host.invalid/postgres'],
    [
      'a host that never answers',
      'connection_timeout',
      true,
      () => uri('trusted', port(silent), 'x?connect_timeout=2'),
    ],
  ];

  test.each(
    REASONS.flatMap((reason) => ['inspect', 'doctor'].map((command) => [command, ...reason] as const)),
  )('%s, %s: %s', async (command, _what, code, retryable, dsn) => {
    const { exitCode, envelope, stderr } = await runCli([command, '--dsn', await dsn()]);
    expect(exitCode).toBe(4);
    expect(envelope).toMatchObject({
      command,
      ok: false,
      cluster: null,
      data: null,
      error: { code, retryable },
    });
    expect(stderr).toBe('');
  });
});

describe('exit 5: something is missing', () => {
  test('a server older than 12 is refused before any statement', async () => {
    const old = await startServer({ major: 11 as Major, settings: { shared_preload_libraries: '' } });
    for (const command of ['inspect', 'doctor']) {
      const { exitCode, envelope } = await runCli([command, '--dsn', old.dsn()]);
      expect(exitCode).toBe(5);
      expect(envelope.error).toMatchObject({
        code: 'server_too_old',
        message: 'the server is PostgreSQL 11',
      });
      expect(envelope.meta.cost.queries).toBe(0);
    }
    await old.stop();
  });

  test('a cluster that the registry does not have', async () => {
    const { exitCode, envelope } = await runCli(['inspect', '--name', 'nobody'], { home });
    expect(exitCode).toBe(5);
    expect(envelope.error?.code).toBe('unknown_cluster');
  });

  test('a registry that is broken, and is named', async () => {
    const file = join(home, '.pgdba', 'clusters.json');
    await mkdir(join(home, '.pgdba'), { recursive: true, mode: 0o700 });
    await writeFile(file, '{"schema":', { mode: 0o600 });
    const { exitCode, envelope } = await runCli(['inspect', '--name', 'nobody'], { home });
    expect(exitCode).toBe(5);
    expect(envelope.error?.code).toBe('state_unusable');
    expect(envelope.error?.message).toContain(file);
  });
});

describe('while the catalog that the first look reads is locked', () => {
  let locker: pg.Client;
  beforeAll(async () => {
    locker = await server.client();
    await locker.query('BEGIN; LOCK TABLE pg_catalog.pg_extension IN ACCESS EXCLUSIVE MODE');
  });
  afterAll(() => locker.end());

  test.each([
    ['lock_timeout', ['--lock-timeout', '100ms'], '55P03'],
    ['statement_timeout', ['--lock-timeout', '0', '--statement-timeout', '200ms'], '57014'],
    ['run_timeout', ['--lock-timeout', '0', '--statement-timeout', '0', '--timeout', '1s'], undefined],
  ])('inspect and doctor end with exit 6, %s', async (code, args, sqlstate) => {
    for (const command of ['inspect', 'doctor']) {
      const { exitCode, envelope, durationMs } = await runCli([
        command,
        '--dsn',
        uri('trusted', server.port),
        ...args,
      ]);
      expect(exitCode).toBe(6);
      expect(envelope.error).toMatchObject({ code, retryable: true });
      expect(envelope.error?.sqlstate).toBe(sqlstate);
      expect(durationMs).toBeLessThan(4000);
    }
    await until(async () => ((await ourBackends(server)).length === 0 ? true : undefined));
  });

  test('an exception in the middle of the query is exit 1, and our backend is gone', async () => {
    const file = join(home, 'throw.cjs');
    await writeFile(file, "process.once('SIGUSR2', () => { throw new RangeError('planted'); });");
    const args = [
      'inspect',
      '--dsn',
      uri('trusted', server.port),
      '--lock-timeout',
      '0',
      '--statement-timeout',
      '0',
    ];
    const running = await startCli(args, { env: { NODE_OPTIONS: `--require ${file}` } });
    await untilBlocked(server);
    running.kill('SIGUSR2');
    const { exitCode, envelope, stderr } = await running.result;
    expect(exitCode).toBe(1);
    expect(envelope.error).toMatchObject({ code: 'internal', message: 'RangeError: planted' });
    expect(stderr).toContain('planted');
    expect(await ourBackends(server)).toEqual([]);
  });
});

test('exit 0 with every section told, exit 2 for words that make no sense', async () => {
  const done = await runCli(['inspect', '--dsn', uri('trusted', server.port)]);
  expect([done.exitCode, done.envelope.ok]).toEqual([0, true]);
  const both = await runCli(['inspect', '--dsn', uri('trusted', server.port), '--name', 'prod']);
  expect([both.exitCode, both.envelope.error?.code]).toEqual([2, 'usage']);
});

function port(listening: Server): number {
  return (listening.address() as AddressInfo).port;
}
