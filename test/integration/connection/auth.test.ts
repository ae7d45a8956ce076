import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PgdbaError } from '../../../src/core/errors.js';
import { startServer, type TestServer } from '../../support/servers.js';
import { failure, open, value } from './open.js';

let server: TestServer;

const METHODS = ['scram', 'md5', 'password', 'trust', 'reject'] as const;

beforeAll(async () => {
  const rules: Record<string, string> = { scram: 'scram-sha-256' };
  const hba = METHODS.map((user) => `host all ${user} 127.0.0.1/32 ${rules[user] ?? user}`);
  server = await startServer({
    major: 17,
    hba: [...hba, 'host all full,shut 127.0.0.1/32 trust'],
    name: 'auth',
  });
  await server.query(
    METHODS.map(
      (user) =>
        `SET password_encryption = '${user === 'md5' ? 'md5' : 'scram-sha-256'}'; CREATE ROLE ${user} LOGIN PASSWORD 'right'`,
    ).join(';'),
  );
  await server.query('CREATE DATABASE private');
  await server.query(
    "CREATE ROLE full LOGIN CONNECTION LIMIT 0; CREATE ROLE shut LOGIN; REVOKE CONNECT ON DATABASE private FROM PUBLIC; CREATE ROLE nobody LOGIN; SET password_encryption = 'scram-sha-256'; ALTER ROLE scram PASSWORD 'ri ght\u00a0pw'",
  );
});

afterAll(() => server.stop());

const at = (options: string): string =>
  `host=127.0.0.1 port=${String(server.port)} dbname=postgres ${options}`;

/** U+00A0 in the role's password: SASLprep makes it a blank. */
const SCRAM = "'ri ght pw'";

const CASES: readonly (readonly [string, string])[] = [
  [`user=scram password=${SCRAM}`, 'connected'],
  ["user=scram password='ri ght\u00a0pw'", 'connected'],
  ['user=md5 password=right', 'connected'],
  ['user=password password=right', 'connected'],
  ['user=trust', 'connected'],
  ['user=scram password=wrong', 'auth_failed: '],
  ['user=md5 password=wrong', 'auth_failed: '],
  ['user=password password=wrong', 'auth_failed: '],
  ['user=scram', 'password_required: '],
  ['user=md5', 'password_required: '],
  ['user=password', 'password_required: '],
  ["user=scram password=''", 'password_required: '],
  ['user=reject password=right', 'auth_failed: '],
  ['user=nobody password=x', 'auth_failed: '],
  ['user=ghost password=x', 'auth_failed: '],
  ['user=trust dbname=missing', 'database_not_found: '],
  ['user=full', 'server_unavailable: '],
  ['user=shut dbname=private', 'auth_failed: '],
  ['user=shut dbname=template0', 'connection_failed: '],
  [`user=scram password=${SCRAM} require_auth=scram-sha-256`, 'connected'],
  [`user=scram password=${SCRAM} require_auth=md5,scram-sha-256`, 'connected'],
  [`user=scram password=${SCRAM} require_auth=!scram-sha-256`, 'auth_failed: '],
  ['user=md5 password=right require_auth=scram-sha-256', 'auth_failed: '],
  ['user=password password=right require_auth=!password', 'auth_failed: '],
  ['user=trust require_auth=scram-sha-256', 'auth_failed: '],
  ['user=trust require_auth=!none', 'auth_failed: '],
  ['user=trust require_auth=none', 'connected'],
  ['user=trust require_auth=!password', 'connected'],
  [`user=scram password=${SCRAM} channel_binding=require`, 'auth_failed: '],
  ['user=trust channel_binding=require', 'auth_failed: '],
];

it.each(CASES)('%s', async (options, expected) => {
  expect(await failure(at(options))).toMatch(new RegExp(`^${expected}`));
});

it('never lets a password into the message', async () => {
  for (const user of ['scram', 'md5', 'password', 'reject', 'nobody']) {
    expect(await failure(at(`user=${user} password=s3cr3t`))).not.toContain('s3cr3t');
  }
});

describe('the source of the password', () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pgdba-test-home-'));
    await writeFile(join(home, '.pgpass'), `127.0.0.1:${String(server.port)}:*:md5:right\n`, { mode: 0o600 });
    await writeFile(
      join(home, '.pg_service.conf'),
      `[prod]\nhost=127.0.0.1\nport=${String(server.port)}\nuser=md5\ndbname=postgres\n`,
    );
  });

  afterAll(() => rm(home, { recursive: true, force: true }));

  it('is PGPASSWORD', async () => {
    expect(await failure(at('user=md5'), { env: { PGPASSWORD: 'right' } })).toBe('connected');
  });

  it('is ~/.pgpass, with a service of ~/.pg_service.conf', async () => {
    const connection = await open(undefined, { env: { HOME: home, PGSERVICE: 'prod' } });
    expect([connection.user, connection.warnings]).toEqual(['md5', []]);
  });

  it('is not a ~/.pgpass that others may read', async () => {
    await chmod(join(home, '.pgpass'), 0o644);
    expect(await failure('service=prod', { env: { HOME: home } })).toMatch(/^password_required/);
    const connection = await open('service=prod', {
      env: { HOME: home },
      password: () => Promise.resolve('right'),
    });
    expect(connection.warnings).toMatchObject([{ code: 'passfile_ignored' }]);
  });

  it('is a function that wins over the rest', async () => {
    const env = { PGPASSWORD: 'wrong' };
    expect(await failure(at('user=md5'), { env, password: () => Promise.resolve('right') })).toBe(
      'connected',
    );
    expect(
      await failure(at('user=md5'), {
        env: { PGPASSWORD: 'right' },
        password: () => Promise.resolve(undefined),
      }),
    ).toBe('connected');
  });

  it('is not asked when the server wants none', async () => {
    let asked = 0;
    const password = (): Promise<string> => Promise.resolve(String((asked += 1)));
    await open(at('user=trust'), { password });
    expect(asked).toBe(0);
  });

  it('may fail with its own error, or with a bug', async () => {
    const named = new PgdbaError('password_command_failed', 'pass: exit 1');
    await expect(open(at('user=md5'), { password: () => Promise.reject(named) })).rejects.toBe(named);
    const bug = new TypeError('x is not a function');
    await expect(open(at('user=md5'), { password: () => Promise.reject(bug) })).rejects.toBe(bug);
  });
});

it('reads nothing from the process’s own environment', async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    PGOPTIONS: '-c nonsense=1',
    PGPASSWORD: 'right',
    PGSSLNEGOTIATION: 'direct',
    PGREPLICATION: 'true',
    PGSSLMODE: 'verify-full',
  });
  try {
    const connection = await open(at('user=trust'));
    expect(await value(connection, 'SHOW application_name')).toBe('pgdba/test');
    expect(await failure(at('user=md5'))).toMatch(/^password_required/);
  } finally {
    for (const name of Object.keys(process.env))
      if (!(name in before)) Reflect.deleteProperty(process.env, name);
  }
});
