import { chmod, copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../support/servers.js';
import { sharedServer } from '../../support/cluster.js';
import { makeCertificates, type Certificates } from './certificates.js';
import { failure, open, value } from './open.js';

const HBA = [
  'hostssl all tlsonly 127.0.0.1/32 trust',
  'hostnossl all plainonly 127.0.0.1/32 trust',
  'hostssl all certuser 127.0.0.1/32 cert',
  'hostssl all scram 127.0.0.1/32 scram-sha-256',
  'host all postgres 127.0.0.1/32 trust',
];

let files: Certificates;
let newer: TestServer;
let older: TestServer;

beforeAll(async () => {
  files = await makeCertificates();
  const ssl = { cert: files.serverCert, key: files.serverKey, ca: files.ca };
  [newer, older] = await Promise.all([
    startServer({ major: 18, ssl, hba: HBA, name: 'tls18' }),
    startServer({ major: 15, ssl, hba: HBA, name: 'tls15' }),
  ]);
  for (const server of [newer, older]) {
    await server.query(
      "CREATE ROLE tlsonly LOGIN; CREATE ROLE plainonly LOGIN; CREATE ROLE certuser LOGIN; CREATE ROLE scram LOGIN PASSWORD 'pw'",
    );
  }
});

afterAll(async () => {
  await Promise.all([newer.stop(), older.stop()]);
  await rm(files.folder, { recursive: true, force: true });
});

/** Placeholders of a case: {ca} and the other files. */
function filled(text: string, server: TestServer): string {
  const paths = Object.entries(files).map(([name, path]): [string, string] => [`{${name}}`, String(path)]);
  const options = paths.reduce((rest, [name, path]) => rest.replaceAll(name, path), text);
  return `port=${String(server.port)} dbname=postgres ${/\bhost=/.test(text) ? '' : 'host=localhost hostaddr=127.0.0.1'} ${options}`;
}

/** Options → `tls`, `plain`, or the start of the error. */
const CASES: readonly (readonly [string, string])[] = [
  ['user=postgres sslmode=disable', 'plain'],
  ['user=postgres sslmode=allow', 'plain'],
  ['user=postgres', 'tls'],
  ['user=postgres sslmode=prefer', 'tls'],
  ['user=postgres sslmode=require', 'tls'],
  ['user=tlsonly sslmode=disable', 'auth_failed: '],
  ['user=tlsonly sslmode=allow', 'tls'],
  ['user=plainonly sslmode=prefer', 'plain'],
  ['user=plainonly sslmode=require', 'auth_failed: '],
  ['user=postgres sslmode=verify-ca sslrootcert={ca}', 'tls'],
  ['user=postgres sslmode=verify-ca sslrootcert={ca} host=wrong.example hostaddr=127.0.0.1', 'tls'],
  ['user=postgres sslmode=verify-ca sslrootcert={otherCa}', 'tls_failed: '],
  ['user=postgres sslmode=verify-ca sslrootcert=/none', 'tls_failed: '],
  ['user=postgres sslmode=verify-full sslrootcert={ca}', 'tls'],
  ['user=postgres sslmode=verify-full sslrootcert={ca} host=127.0.0.1', 'tls'],
  ['user=postgres sslmode=verify-full sslrootcert={ca} host=localhost', 'tls'],
  ['user=postgres sslmode=verify-full sslrootcert={ca} sslsni=0', 'tls'],
  [
    'user=postgres sslmode=verify-full sslrootcert={ca} host=wrong.example hostaddr=127.0.0.1',
    'tls_failed: ',
  ],
  ['user=postgres sslrootcert=system', 'tls_failed: '],
  // A root file that exists is used whatever sslmode says.
  ['user=postgres sslmode=require sslrootcert={otherCa}', 'tls_failed: '],
  ['user=postgres sslmode=prefer sslrootcert={otherCa}', 'plain'],
  ['user=certuser sslmode=require sslcert={clientCert} sslkey={clientKey}', 'tls'],
  ['user=certuser sslmode=require sslcert={clientCert} sslkey={encryptedKey} sslpassword=opensesame', 'tls'],
  ['user=certuser sslmode=require sslcert={clientCert} sslkey={encryptedKey}', 'tls_failed: '],
  [
    'user=certuser sslmode=require sslcert={clientCert} sslkey={encryptedKey} sslpassword=wrong',
    'tls_failed: ',
  ],
  ['user=certuser sslmode=require sslcert={clientCert} sslkey=/none', 'tls_failed: '],
  ['user=certuser sslmode=require sslcert=/none', 'auth_failed: '],
  [
    'user=certuser sslmode=require sslcert={clientCert} sslkey={clientKey} sslcertmode=disable',
    'auth_failed: ',
  ],
  ['user=postgres sslmode=verify-ca sslrootcert={ca} sslcrl={revoking}', 'tls_failed: '],
  ['user=postgres sslmode=verify-ca sslrootcert={ca} sslcrl={harmless}', 'tls'],
  ['user=postgres sslmode=require ssl_max_protocol_version=TLSv1.2', 'tls'],
  ['user=postgres sslmode=require ssl_min_protocol_version=TLSv1.3', 'tls'],
  ['user=scram password=pw sslmode=require channel_binding=require', 'tls'],
  ['user=scram password=pw sslmode=require channel_binding=disable', 'tls'],
  ['user=scram password=pw sslmode=require', 'tls'],
  ['user=postgres sslmode=require channel_binding=require', 'auth_failed: '],
];

async function outcome(options: string, server: TestServer): Promise<string> {
  const failed = await failure(filled(options, server));
  if (failed !== 'connected') return failed;
  const connection = await open(filled(options, server));
  const told = await value(connection, 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
  expect(connection.tls !== null).toBe(told === 't');
  return connection.tls === null ? 'plain' : 'tls';
}

describe.each([
  ['PostgreSQL 18', () => newer],
  ['PostgreSQL 15', () => older],
])('%s', (_name, server) => {
  it.each(CASES)('%s', async (options, expected) => {
    expect(await outcome(options, server())).toMatch(new RegExp(`^${expected}`));
  });

  it('tells version and cipher as the server does', async () => {
    const connection = await open(
      filled('user=postgres sslmode=require ssl_max_protocol_version=TLSv1.2', server()),
    );
    const told = await value(
      connection,
      "SELECT version || ' ' || cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    );
    expect(`${String(connection.tls?.version)} ${String(connection.tls?.cipher)}`).toBe(told);
  });

  it('cancels through TLS', async () => {
    const connection = await open(filled('user=postgres sslmode=verify-full sslrootcert={ca}', server()));
    const sleeping = connection.client.query('SELECT pg_sleep(30)').catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await connection.cancel();
    expect(await sleeping).toMatchObject({ code: '57014' });
  });
});

describe('direct negotiation', () => {
  it('works from 17 on', async () => {
    expect(await outcome('user=postgres sslmode=require sslnegotiation=direct', newer)).toBe('tls');
  });

  it('fails before, and says why', async () => {
    expect(await outcome('user=postgres sslmode=require sslnegotiation=direct', older)).toMatch(
      /^tls_failed: .*SSL SYSCALL/,
    );
  });
});

it('needs a server that has TLS when sslmode demands it', async () => {
  const server = sharedServer(17);
  const dsn = `host=127.0.0.1 port=${String(server.port)} user=postgres dbname=postgres`;
  expect(await failure(`${dsn} sslmode=require`)).toMatch(
    /tls_failed: .*server does not support SSL, but SSL was required/,
  );
  expect((await open(`${dsn} sslmode=prefer`)).tls).toBeNull();
});

it('takes certificates from ~/.postgresql', async () => {
  const folder = join(files.folder, '.postgresql');
  await mkdir(folder);
  for (const [from, to] of [
    [files.ca, 'root.crt'],
    [files.clientCert, 'postgresql.crt'],
    [files.clientKey, 'postgresql.key'],
    [files.revoking, 'root.crl'],
  ] as const) {
    await copyFile(from, join(folder, to));
  }
  const env = { HOME: files.folder };
  const dsn = filled('user=certuser sslmode=verify-full', newer);
  expect(await failure(dsn, { env })).toMatch(/^tls_failed: .*revoked/);
  await copyFile(files.harmless, join(folder, 'root.crl'));
  expect((await open(dsn, { env })).user).toBe('certuser');
  await chmod(join(folder, 'postgresql.key'), 0o644);
  expect(await failure(dsn, { env })).toMatch(/^tls_failed: .*has group or world access/);
});

it('writes the TLS secrets where sslkeylogfile says', async () => {
  const log = join(files.folder, 'keys.log');
  await open(filled(`user=postgres sslmode=require sslkeylogfile=${log}`, newer));
  expect(await readFile(log, 'utf8')).toContain('CLIENT_TRAFFIC_SECRET');
});
