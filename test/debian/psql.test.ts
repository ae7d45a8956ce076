import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCertificates, type Certificates } from '../integration/connection/certificates.js';
import { failure } from '../integration/connection/open.js';
import { freePort } from '../support/freePort.js';
import { startServer, type TestServer } from '../support/servers.js';

const PSQL = '/usr/lib/postgresql/15/bin/psql';

let server: TestServer;
let files: Certificates;
let home: string;
let dead: number;

beforeAll(async () => {
  files = await makeCertificates();
  dead = await freePort();
  home = await mkdtemp(join(tmpdir(), 'pgdba-test-psql-'));
  server = await startServer({
    major: 15,
    name: 'psql',
    ssl: { cert: files.serverCert, key: files.serverKey, ca: files.ca },
    hba: [
      'local all all trust',
      'hostssl all tlsonly 127.0.0.1/32 trust',
      'hostnossl all plainonly 127.0.0.1/32 trust',
      'hostssl all certuser 127.0.0.1/32 cert',
      'host all scram 127.0.0.1/32 scram-sha-256',
      'host all postgres 127.0.0.1/32 trust',
    ],
  });
  await server.query(
    "CREATE ROLE tlsonly LOGIN; CREATE ROLE plainonly LOGIN; CREATE ROLE certuser LOGIN; CREATE ROLE scram LOGIN PASSWORD 'pa:s\\s @é'",
  );
  await makeFiles();
});

afterAll(async () => {
  await server.stop();
  for (const folder of [files.folder, home]) await rm(folder, { recursive: true, force: true });
});

async function makeFiles(): Promise<void> {
  const port = String(server.port);
  await writeFile(
    join(home, '.pgpass'),
    `127.0.0.1:${port}:postgres:scram:pa\\:s\\\\s @é\nlocalhost:*:*:*:wrong\n`,
    { mode: 0o600 },
  );
  await writeFile(join(home, 'open.pgpass'), `127.0.0.1:${port}:*:scram:pa\\:s\\\\s @é\n`, { mode: 0o600 });
  await chmod(join(home, 'open.pgpass'), 0o640);
  await writeFile(
    join(home, '.pg_service.conf'),
    `# mine\n[prod]\nhost=127.0.0.1\nport=${port}\nuser=scram\ndbname=postgres\n[bad]\nfoo=1\n[nested]\nservice=prod\n`,
  );
  const crls = join(home, 'crls');
  await mkdir(crls);
  await writeFile(join(crls, 'list.pem'), await readFile(files.revoking));
  execFileSync('openssl', ['rehash', crls]);
  execFileSync('openssl', [
    'pkey',
    '-in',
    files.clientKey,
    '-outform',
    'DER',
    '-out',
    join(home, 'client.der'),
  ]);
  await chmod(join(home, 'client.der'), 0o600);
}

/** Connection string, and variables. {port}, {dead}, {dir}, {home} and the certificates' names are filled in. */
type Variables = Readonly<Record<string, string>>;

const LISTED: readonly (readonly [string, Variables?])[] = [
  ['host={dir} port={port} user=postgres dbname=postgres'],
  ['postgresql://postgres@{dir%}:{port}/postgres'],
  ['postgresql:///postgres?host={dir}&port={port}&user=postgres'],
  ["host = 127.0.0.1 port\t=\t{port} user = 'postgres' dbname=postgres"],
  ['postgresql://postgres@127.0.0.1:{dead},127.0.0.1:{port}/postgres'],
  ['postgresql://postgres@127.0.0.1:{dead},127.0.0.1:{port}/postgres?target_session_attrs=standby'],
  ['postgresql://postgres@127.0.0.1,127.0.0.1:{port}/postgres'],
  ['postgresql://scram:pa%3As%5Cs%20%40%C3%A9@127.0.0.1:{port}/postgres'],
  ['postgresql://scram:wrong@127.0.0.1:{port}/postgres'],
  ["user=scram password='pa:s\\\\s @é' host=127.0.0.1 port={port} dbname=postgres"],
  ['service=prod'],
  ['service=prod user=postgres'],
  ['service=prod passfile={home}/open.pgpass'],
  ['service=bad'],
  ['service=nested'],
  ['service=missing'],
  ['host=localhost port={port} user=scram dbname=postgres'],
  ['', { PGSERVICE: 'prod' }],
  ['', { PGHOST: '127.0.0.1', PGPORT: '{port}', PGUSER: 'scram', PGDATABASE: 'postgres' }],
  [
    '',
    {
      PGHOSTADDR: '127.0.0.1',
      PGHOST: 'x.invalid',
      PGPORT: '{port}',
      PGUSER: 'postgres',
      PGDATABASE: 'postgres',
    },
  ],
  ['host=127.0.0.1 port={port} user=postgres', { PGDATABASE: '' }],
  ['host=127.0.0.1 port={port} user=postgres', { PGSSLMODE: '' }],
  ['host=127.0.0.1 port={port} user=postgres', { PGSSLMODE: 'bogus' }],
  ['host=127.0.0.1 port={port} user=tlsonly dbname=postgres'],
  ['host=127.0.0.1 port={port} user=tlsonly dbname=postgres sslmode=disable'],
  ['host=127.0.0.1 port={port} user=tlsonly dbname=postgres sslmode=allow'],
  ['host=127.0.0.1 port={port} user=plainonly dbname=postgres'],
  ['host=127.0.0.1 port={port} user=plainonly dbname=postgres sslmode=require'],
  ['host=127.0.0.1 port={port} user=tlsonly dbname=postgres', { PGREQUIRESSL: '1' }],
  ['host=127.0.0.1 port={port} user=plainonly dbname=postgres', { PGREQUIRESSL: '1' }],
  ['postgresql://tlsonly@127.0.0.1:{port}/postgres?ssl=true'],
  ['postgresql://tlsonly@127.0.0.1:{port}/postgres?ssl=false'],
  ['host=localhost port={port} user=tlsonly dbname=postgres sslmode=verify-full sslrootcert={ca}'],
  ['host=127.0.0.1 port={port} user=tlsonly dbname=postgres sslmode=verify-full sslrootcert={ca}'],
  [
    'host=x.invalid hostaddr=127.0.0.1 port={port} user=tlsonly dbname=postgres sslmode=verify-full sslrootcert={ca}',
  ],
  [
    'host=x.invalid hostaddr=127.0.0.1 port={port} user=tlsonly dbname=postgres sslmode=verify-ca sslrootcert={ca}',
  ],
  ['host=127.0.0.1 port={port} user=postgres dbname=postgres sslmode=require sslrootcert={otherCa}'],
  ['host=127.0.0.1 port={port} user=postgres dbname=postgres sslmode=prefer sslrootcert={otherCa}'],
  ['host=127.0.0.1 port={port} user=postgres dbname=postgres sslmode=verify-ca'],
  [
    'host=127.0.0.1 port={port} user=postgres dbname=postgres sslmode=verify-ca sslrootcert={ca} sslcrl={revoking}',
  ],
  [
    'host=127.0.0.1 port={port} user=postgres dbname=postgres sslmode=verify-ca sslrootcert={ca} sslcrldir={home}/crls',
  ],
  [
    'host=127.0.0.1 port={port} user=postgres dbname=postgres sslmode=verify-ca sslrootcert={ca} sslcrl=/none',
  ],
  ['host=127.0.0.1 port={port} user=certuser dbname=postgres sslcert={clientCert} sslkey={clientKey}'],
  ['host=127.0.0.1 port={port} user=certuser dbname=postgres sslcert={clientCert} sslkey={home}/client.der'],
  [
    'host=127.0.0.1 port={port} user=certuser dbname=postgres sslcert={clientCert} sslkey={encryptedKey} sslpassword=opensesame',
  ],
  ['host=127.0.0.1 port={port} user=certuser dbname=postgres sslcert={clientCert} sslkey=/none'],
  ['host=127.0.0.1 port={port} user=certuser dbname=postgres sslcert=/none'],
  ["host=127.0.0.1 port={port} user=scram dbname=postgres password='pa:s\\\\s @é' channel_binding=require"],
  [
    "host=127.0.0.1 port={port} user=scram dbname=postgres password='pa:s\\\\s @é' channel_binding=require sslmode=disable",
  ],
  ['host=127.0.0.1 port={port} user=postgres dbname=postgres channel_binding=require'],
  ["host=127.0.0.1 port={port} user=postgres dbname=postgres options='-c work_mem=1MB'"],
  ["host=127.0.0.1 port={port} user=postgres dbname=postgres options='-c nonsense=1'"],
  ['host=127.0.0.1 port={port} user=postgres dbname=missing'],
  ['host=127.0.0.1,x port={port},1,2 user=postgres'],
  ['host=127.0.0.1 port=5x'],
  ['foo=1'],
  ['postgresql://h/?a'],
  ['postgresql://[::1/x'],
];

const CASES = LISTED.map(([dsn, variables = {}]): [string, Variables] => [dsn, variables]);

/** Whether psql gets in; with --no-password it never asks. */
function psqlConnects(dsn: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(
      PSQL,
      ['-X', '-w', '-d', dsn, '-c', 'SELECT 1'],
      { env: { PGCONNECT_TIMEOUT: '5', ...env } },
      (error) => {
        resolve(error === null);
      },
    );
  });
}

function filled(text: string): string {
  const values: Record<string, string> = {
    ...(files as unknown as Record<string, string>),
    port: String(server.port),
    dead: String(dead),
    dir: server.socketDirectory,
    'dir%': encodeURIComponent(server.socketDirectory),
    home,
  };
  return text.replace(/\{([\w%]+)\}/g, (_, name: string) => values[name] ?? '');
}

it.each(CASES)('psql and pgdba agree: %s %o', async (dsn, variables) => {
  const env = Object.fromEntries(
    Object.entries({ HOME: home, ...variables }).map(([name, text]) => [name, filled(text)]),
  );
  const mine = await failure(dsn === '' ? undefined : filled(dsn), { env });
  expect(mine === 'connected' ? 'connected' : 'failed', mine).toBe(
    (await psqlConnects(filled(dsn), env)) ? 'connected' : 'failed',
  );
});
