import { describe, expect, it } from 'vitest';
import type { ConnectionPlan } from '../../../src/db/libpq/plan.js';
import { resolveConnection } from '../../../src/db/libpq/resolve.js';
import { surroundings, thrownBy, type FakeFile } from './surroundings.js';

interface Around {
  readonly env?: Record<string, string>;
  readonly files?: Record<string, FakeFile>;
}

function plan(dsn: string | undefined, { env, files }: Around = {}, dbname?: string): ConnectionPlan {
  return resolveConnection({ dsn, dbname }, surroundings(env, files));
}

/** Hosts as `host[=hostaddr]:port`. */
function hosts({ hosts: list }: ConnectionPlan): string[] {
  return list.map(({ endpoint }) => {
    const address = endpoint.kind === 'tcp' && endpoint.hostaddr !== null ? `=${endpoint.hostaddr}` : '';
    return `${endpoint.kind} ${endpoint.host}${address}:${String(endpoint.port)}`;
  });
}

describe('defaults', () => {
  it('are the user’s name, the socket folder and 5432', () => {
    const result = plan(undefined);
    expect([result.user, result.database, hosts(result)]).toEqual([
      'alice',
      'alice',
      ['socket /var/run/postgresql:5432'],
    ]);
    expect(result.connectTimeoutMs).toBe(10_000);
    expect(result.keepAlive).toEqual({ enabled: true, idleMs: 0 });
  });

  it('take /tmp when only there is a socket', () => {
    const files = { '/tmp/.s.PGSQL.5432': { kind: 'socket' as const } };
    expect(hosts(plan(undefined, { files }))).toEqual(['socket /tmp:5432']);
  });

  it('need a user name from somewhere', () => {
    expect(thrownBy(() => resolveConnection({}, surroundings({}, {}, null)))).toContain('no user name');
  });
});

describe('precedence', () => {
  const files = {
    '/home/alice/.pg_service.conf': { text: '[s]\nhost=from-service\nport=1111\ndbname=service-db\n' },
  };
  const env = {
    PGHOST: 'from-env',
    PGPORT: '2222',
    PGDATABASE: 'env-db',
    PGUSER: 'env-user',
    PGSERVICE: 's',
  };

  it('is connection string, service, environment', () => {
    const result = plan('port=3333', { env, files });
    expect([hosts(result), result.database, result.user]).toEqual([
      ['tcp from-service:3333'],
      'service-db',
      'env-user',
    ]);
  });

  it('lets --dbname win over all', () => {
    expect(plan('postgresql://h/other', { env, files }, 'mine').database).toBe('mine');
  });

  it.each(['host=x', 'postgresql://h/x'])('refuses --dbname %s', (dbname) => {
    expect(thrownBy(() => plan(undefined, {}, dbname))).toContain(
      'usage: --dbname takes the name of a database',
    );
  });

  it('refuses a --dsn that is a bare name', () => {
    expect(thrownBy(() => plan('mydb'))).toContain('connection_string_invalid: --dsn is neither');
  });

  it('reads the variables even when a connection string is given, as psql does', () => {
    expect(plan('host=h', { env: { PGUSER: 'u', PGSSLMODE: 'disable' } })).toMatchObject({
      user: 'u',
      tls: { mode: 'disable' },
    });
  });
});

describe('host lists', () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ['host=a,b', ['tcp a:5432', 'tcp b:5432']],
    ['host=a,b port=1', ['tcp a:1', 'tcp b:1']],
    ['host=a,b port=1,2', ['tcp a:1', 'tcp b:2']],
    ['host=a,b port=1,', ['tcp a:1', 'tcp b:5432']],
    ['host=a, port=1', ['tcp a:1', 'socket /var/run/postgresql:1']],
    ['host=a hostaddr=10.0.0.1', ['tcp a=10.0.0.1:5432']],
    ['hostaddr=10.0.0.1,::1', ['tcp 10.0.0.1=10.0.0.1:5432', 'tcp ::1=::1:5432']],
    ['host=a,b hostaddr=,10.0.0.2', ['tcp a:5432', 'tcp b=10.0.0.2:5432']],
    ['host=/run/x,h', ['socket /run/x:5432', 'tcp h:5432']],
    ['postgresql://[::1]:7,h:8/', ['tcp ::1:7', 'tcp h:8']],
  ];
  it.each(cases)('%s', (dsn, expected) => {
    expect(hosts(plan(dsn))).toEqual(expected);
  });

  const failures: readonly (readonly [string, string])[] = [
    ['host=a port=1,2,3', 'could not match 3 port numbers to 1 hosts'],
    ['host=a hostaddr=1.2.3.4,5.6.7.8', 'could not match 1 host names to 2 hostaddr values'],
    ['hostaddr=localhost', 'could not parse network address "localhost"'],
    ['host=a port=99999', 'invalid port number: "99999"'],
    ['host=a port=0', 'invalid port number: "0"'],
    ['host=a port=5x', 'invalid integer value for connection option "port"'],
    ['host=@abstract', 'connection_option_unsupported: abstract Unix sockets'],
  ];
  it.each(failures)('refuses %s', (dsn, expected) => {
    expect(thrownBy(() => plan(dsn))).toContain(expected);
  });
});

describe('the service file', () => {
  const text =
    '# comment\n\n[one]\nhost=h1\nport=1\n  user=u1 \n[two]\nhost=h2\nldap://x/y\n[nested]\nservice=one\n[bad]\nnonsense\n[unknown]\nfoo=1\n';
  const files = { '/home/alice/.pg_service.conf': { text } };

  it('gives what the section says', () => {
    const result = plan('service=one', { files });
    expect([hosts(result), result.user]).toEqual([['tcp h1:1'], 'u1']);
  });

  it('is found under PGSERVICEFILE, servicefile and PGSYSCONFDIR', () => {
    const other = {
      '/x/s.conf': { text: '[s]\nhost=x' },
      '/etc/pg/pg_service.conf': { text: '[sys]\nhost=y' },
    };
    expect(hosts(plan('service=s', { files: other, env: { PGSERVICEFILE: '/x/s.conf' } }))).toEqual([
      'tcp x:5432',
    ]);
    expect(hosts(plan('service=s servicefile=/x/s.conf', { files: other }))).toEqual(['tcp x:5432']);
    expect(hosts(plan('service=sys', { files: other, env: { PGSYSCONFDIR: '/etc/pg' } }))).toEqual([
      'tcp y:5432',
    ]);
  });

  const failures: readonly (readonly [string, string])[] = [
    ['service=none', 'connection_string_invalid: definition of service "none" not found'],
    ['service=two', 'auth_method_unsupported: LDAP look-up is not supported'],
    ['service=nested', 'connection_string_invalid: nested service specifications not supported'],
    ['service=bad', 'connection_string_invalid: syntax error in service file'],
    ['service=unknown', 'connection_string_invalid: syntax error in service file'],
    ['service=one servicefile=/missing', 'connection_string_invalid: service file "/missing" not found'],
  ];
  it.each(failures)('%s', (dsn, expected) => {
    expect(thrownBy(() => plan(dsn, { files }))).toContain(expected);
  });
});

describe('the password file', () => {
  const text = [
    '# h:5432:db:u:commented',
    'h:5432:db:bob:bobs',
    'h:5432:alice:alice:first',
    'h:*:*:alice:any',
    String.raw`\:\:1:5432:*:*:six`,
    String.raw`esc:5432:*:*:a\:b\\c`,
    'localhost:5432:*:*:local',
    '/run/x:5432:*:*:folder',
    'empty:*:*:*:',
    'short:line',
  ].join('\n');
  const path = '/home/alice/.pgpass';
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['host=h', 'first'],
    ['host=h port=1', 'any'],
    ['host=h user=bob dbname=db', 'bobs'],
    ['host=h user=carol', undefined],
    ['host=::1', 'six'],
    ['host=esc', String.raw`a:b\c`],
    ['', 'local'],
    ['host=localhost', 'local'],
    ['host=/tmp', 'local'],
    ['host=/run/x', 'folder'],
    ['host=other hostaddr=127.0.0.1', undefined],
    ['host=empty', undefined],
    ['host=h password=given', 'given'],
  ];
  it.each(cases)('%j', (dsn, expected) => {
    const result = plan(dsn === '' ? undefined : dsn, { files: { [path]: { text } } });
    expect([result.hosts[0]?.password(), result.warnings]).toEqual([expected, []]);
  });

  it('gives each host its own password', () => {
    const result = plan('host=h,esc,none', { files: { [path]: { text } } });
    expect(result.hosts.map((host) => host.password())).toEqual(['first', String.raw`a:b\c`, undefined]);
  });

  const ignored: readonly (readonly [string, FakeFile])[] = [
    ['has group or world access', { text, mode: 0o640 }],
    ['has group or world access', { text, mode: 0o604 }],
    ['is not a plain file', { kind: 'directory', mode: 0o700 }],
  ];
  it.each(ignored)('%s: it is ignored with a warning', (reason, file) => {
    const result = plan('host=h', { files: { [path]: file } });
    expect(result.hosts[0]?.password()).toBeUndefined();
    expect(result.warnings).toEqual([
      expect.objectContaining({
        code: 'passfile_ignored',
        message: expect.stringContaining(reason) as string,
      }),
    ]);
  });

  it('is not looked at when a password is given', () => {
    expect(plan('host=h password=p', { files: { [path]: { text, mode: 0o666 } } }).warnings).toEqual([]);
  });

  it('shows its password in no dump of the plan', () => {
    const result = plan('host=h password=s3cr3t sslpassword=s3cr3t', {});
    expect(JSON.stringify(result)).not.toContain('s3cr3t');
  });
});
