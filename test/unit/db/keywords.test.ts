import { readFileSync } from 'node:fs';
import { expect, describe, it } from 'vitest';
import { KEYWORDS, type KeywordRow } from '../../../src/db/libpq/keywords.js';
import { renderKeywordTable } from '../../../src/db/libpq/keywordTable.js';
import type { ConnectionPlan } from '../../../src/db/libpq/plan.js';
import { resolveConnection } from '../../../src/db/libpq/resolve.js';
import { surroundings, thrownBy } from './surroundings.js';

/** What a value of a keyword (or variable) leads to: a fact of the plan, or an error. */
interface Case {
  readonly value: string;
  /** What else has to be said for the value to matter. */
  readonly with?: string;
  readonly error?: string;
  readonly gives?: (plan: ConnectionPlan) => unknown;
  readonly expected?: unknown;
}

const host = ({ hosts }: ConnectionPlan): unknown => hosts[0]?.endpoint.host;
const unchanged = (value: string): Case => ({ value, gives: (plan) => plan.warnings, expected: [] });
const warned = (value: string): Case => ({ value, gives: (plan) => plan.warnings.length, expected: 1 });
const refused = (value: string, error = 'connection_option_unsupported'): Case => ({ value, error });
const invalid = (value: string): Case => ({ value, error: 'connection_string_invalid' });

const FILES = {
  '/s.conf': { text: '[s]\nhost=from-service\n' },
  '/etc/pg/pg_service.conf': { text: '[s]\nhost=from-system\n' },
  '/home/alice/.pg_service.conf': { text: '[home]\nhost=from-home\n' },
  '/pass': { text: '*:*:*:*:from-file' },
  '/ca.crt': { text: 'CA' },
  '/client.crt': { text: 'CERT' },
  '/client.key': { text: '-----BEGIN KEY' },
  '/list.crl': { text: 'CRL' },
  '/crls': { kind: 'directory' as const },
  '/crls/0a1b2c3d.r0': { text: 'HASHED' },
  '/home/alice/.postgresql/postgresql.key': { text: '-----BEGIN HOME KEY' },
};

const material = (plan: ConnectionPlan): ReturnType<ConnectionPlan['tls']['material']> => plan.tls.material();

/** At least one case for each row of the table, under its keyword or else its variable. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  host: [{ value: 'h', gives: host, expected: 'h' }],
  hostaddr: [{ value: '10.1.2.3', gives: host, expected: '10.1.2.3' }, invalid('h')],
  port: [{ value: '7', gives: (plan) => plan.hosts[0]?.endpoint.port, expected: 7 }, invalid('x')],
  dbname: [{ value: 'd', gives: (plan) => plan.database, expected: 'd' }],
  user: [{ value: 'u', gives: (plan) => plan.user, expected: 'u' }],
  password: [{ value: 'p', gives: (plan) => plan.hosts[0]?.password(), expected: 'p' }],
  passfile: [{ value: '/pass', gives: (plan) => plan.hosts[0]?.password(), expected: 'from-file' }],
  require_auth: [
    {
      value: 'md5,scram-sha-256',
      gives: (plan) => [...(plan.auth.allowed ?? [])],
      expected: ['md5', 'scram-sha-256'],
    },
    { value: '!password,!none', gives: (plan) => plan.auth.allowed?.has('password'), expected: false },
    { value: '', gives: (plan) => plan.auth.allowed, expected: null },
    refused('gss,sspi', 'auth_method_unsupported'),
    invalid('md5,!none'),
    invalid('md5,md5'),
    invalid('kerberos'),
  ],
  channel_binding: [
    { value: 'require', gives: (plan) => plan.auth.channelBinding, expected: 'require' },
    invalid('yes'),
  ],
  service: [{ value: 'home', gives: host, expected: 'from-home' }, invalid('none')],
  servicefile: [{ value: '/s.conf', with: 'service=s', gives: host, expected: 'from-service' }],
  PGSYSCONFDIR: [{ value: '/etc/pg', with: 'service=s', gives: host, expected: 'from-system' }],
  options: [{ value: '-c work_mem=1MB', gives: (plan) => plan.options, expected: '-c work_mem=1MB' }],
  application_name: [unchanged('mine')],
  fallback_application_name: [unchanged('mine')],
  connect_timeout: [
    { value: '3', gives: (plan) => plan.connectTimeoutMs, expected: 3000 },
    { value: '0', gives: (plan) => plan.connectTimeoutMs, expected: null },
    { value: '-1', gives: (plan) => plan.connectTimeoutMs, expected: null },
    { value: '', gives: (plan) => plan.connectTimeoutMs, expected: 10_000 },
    invalid('5s'),
  ],
  target_session_attrs: [
    { value: 'standby', gives: (plan) => plan.sessionAttrs, expected: 'standby' },
    invalid(''),
  ],
  load_balance_hosts: [{ value: 'random', gives: (plan) => plan.shuffle, expected: true }, invalid('yes')],
  client_encoding: [unchanged('UTF8'), unchanged('utf-8'), unchanged('auto'), refused('LATIN1')],
  keepalives: [{ value: '0', gives: (plan) => plan.keepAlive.enabled, expected: false }, invalid('x')],
  keepalives_idle: [{ value: '5', gives: (plan) => plan.keepAlive.idleMs, expected: 5000 }],
  keepalives_interval: [unchanged('0'), warned('5'), invalid('x')],
  keepalives_count: [unchanged('0'), warned('5'), invalid('x')],
  tcp_user_timeout: [unchanged('0'), warned('5'), invalid('x')],
  sslmode: [
    { value: 'verify-ca', gives: (plan) => plan.tls.mode, expected: 'verify-ca' },
    invalid('on'),
    invalid(''),
  ],
  requiressl: [{ value: '1', gives: (plan) => plan.tls.mode, expected: 'require' }],
  sslnegotiation: [
    { value: 'direct', with: 'sslmode=require', gives: (plan) => plan.tls.direct, expected: true },
    { value: 'direct', error: 'connection_string_invalid: weak sslmode "prefer"' },
    invalid('x'),
  ],
  sslcompression: [unchanged('1')],
  sslcert: [{ value: '/client.crt', gives: (plan) => material(plan).client?.cert, expected: 'CERT' }],
  sslkey: [
    {
      value: '/client.key',
      with: 'sslcert=/client.crt',
      gives: (plan) => material(plan).client?.key,
      expected: '-----BEGIN KEY',
    },
    {
      value: '/none',
      with: 'sslcert=/client.crt',
      gives: (plan) => thrownBy(() => material(plan)),
      expected: 'tls_failed: certificate present, but not private key file "/none"',
    },
    {
      value: 'engine:id',
      with: 'sslcert=/client.crt',
      gives: (plan) => thrownBy(() => material(plan)),
      expected: 'connection_option_unsupported: sslkey names an OpenSSL engine, which pgdba cannot load',
    },
  ],
  sslpassword: [
    {
      value: 'pp',
      with: 'sslcert=/client.crt',
      gives: (plan) => material(plan).client?.passphrase,
      expected: 'pp',
    },
  ],
  sslcertmode: [
    { value: 'disable', with: 'sslcert=/client.crt', gives: (plan) => material(plan).client, expected: null },
    refused('require'),
    invalid('x'),
  ],
  sslrootcert: [
    { value: '/ca.crt', gives: (plan) => material(plan).ca, expected: ['CA'] },
    { value: '/none', gives: (plan) => material(plan).ca, expected: null },
    {
      value: '/none',
      with: 'sslmode=verify-ca',
      gives: (plan) => thrownBy(() => material(plan)),
      expected: 'tls_failed: root certificate file "/none" does not exist',
    },
    { value: 'system', gives: (plan) => plan.tls.mode, expected: 'verify-full' },
    { value: 'system', with: 'sslmode=require', error: 'connection_string_invalid: weak sslmode "require"' },
  ],
  sslcrl: [
    {
      value: '/list.crl',
      with: 'sslrootcert=/ca.crt',
      gives: (plan) => material(plan).crl,
      expected: ['CRL'],
    },
  ],
  sslcrldir: [
    {
      value: '/crls',
      with: 'sslrootcert=/ca.crt',
      gives: (plan) => material(plan).crl,
      expected: ['HASHED'],
    },
  ],
  sslsni: [{ value: '0', gives: (plan) => plan.tls.sni, expected: false }],
  ssl_min_protocol_version: [
    { value: 'tlsv1.3', gives: (plan) => plan.tls.minVersion, expected: 'TLSv1.3' },
    invalid('SSLv3'),
  ],
  ssl_max_protocol_version: [
    { value: 'TLSv1.2', gives: (plan) => plan.tls.maxVersion, expected: 'TLSv1.2' },
    invalid('TLSv1'),
  ],
  sslkeylogfile: [{ value: '/log', gives: (plan) => plan.tls.keyLogFile, expected: '/log' }],
  requirepeer: [refused('postgres'), { ...unchanged('postgres'), with: 'host=h' }],
  min_protocol_version: [unchanged('3.0'), refused('3.2'), refused('latest')],
  max_protocol_version: [unchanged('latest'), unchanged('3.2'), invalid('2.0')],
  gssencmode: [
    unchanged('disable'),
    unchanged('prefer'),
    refused('require', 'auth_method_unsupported'),
    invalid('x'),
  ],
  krbsrvname: [unchanged('postgres')],
  gsslib: [unchanged('gssapi')],
  gssdelegation: [unchanged('1')],
  oauth_issuer: [unchanged('x')],
  oauth_client_id: [unchanged('x')],
  oauth_client_secret: [unchanged('x')],
  oauth_scope: [unchanged('x')],
  scram_client_key: [refused('x')],
  scram_server_key: [refused('x')],
  replication: [unchanged('off'), refused('database'), refused('true')],
  PGGEQO: [{ value: 'off', gives: (plan) => plan.options, expected: '-c geqo=off' }],
  PGDATESTYLE: [unchanged('German')],
  PGTZ: [unchanged('Europe/Zurich')],
  PGLOCALEDIR: [unchanged('/usr/share')],
};

function check(dsn: string | undefined, env: Record<string, string>, wanted: Case): void {
  const resolve = (): ConnectionPlan => resolveConnection({ dsn }, surroundings(env, FILES));
  if (wanted.error !== undefined) expect(thrownBy(resolve)).toContain(wanted.error);
  else expect(wanted.gives?.(resolve())).toEqual(wanted.expected);
}

function quoted(value: string): string {
  return `'${value.replace(/['\\]/g, '\\$&')}'`;
}

const nameOf = (row: KeywordRow): string => row.keyword ?? row.variable ?? '';

describe.each(KEYWORDS.map((row) => [nameOf(row), row] as const))('%s', (name, row) => {
  const cases = CASES[name] ?? [];
  it('has a case', () => {
    expect(cases).not.toEqual([]);
  });

  it.each(cases)('in the connection string: %o', (wanted) => {
    if (row.keyword !== null)
      check(`${wanted.with ?? ''} ${row.keyword}=${quoted(wanted.value)}`, {}, wanted);
  });

  it.each(cases)('in the environment: %o', (wanted) => {
    if (row.variable !== null) check(wanted.with, { [row.variable]: wanted.value }, wanted);
  });

  if (row.treatment === 'refused') {
    it('is refused by name', () => {
      expect(cases.some(({ error }) => error?.endsWith('unsupported') === true)).toBe(true);
    });
  }
});

it('is what docs/connections.md shows', () => {
  expect(readFileSync(new URL('../../../docs/connections.md', import.meta.url), 'utf8')).toContain(
    renderKeywordTable(),
  );
});
