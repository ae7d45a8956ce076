import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../support/freePort.js';
import { startProxy } from '../../support/proxy.js';
import { startServer, startStandby, type TestServer } from '../../support/servers.js';
import { failure, open, value } from './open.js';

const GUARDS = { default_transaction_read_only: 'on', search_path: 'pg_catalog', statement_timeout: '5s' };

/** Listens on 127.0.0.1 and does to each connection what the test says. */
const listeners: { server: Server; sockets: Set<Socket> }[] = [];
async function listen(greet: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    greet(socket);
  });
  listeners.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

afterEach(() => {
  for (const { server, sockets } of listeners.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

describe.each([17, 13] as const)('a primary and its standby, PostgreSQL %i', (major) => {
  let primary: TestServer;
  let standby: TestServer;
  let dead: number;

  beforeAll(async () => {
    primary = await startServer({ major, name: 'attrs' });
    standby = await startStandby(primary);
    dead = await freePort();
  });
  afterAll(async () => {
    await standby.stop();
    await primary.stop();
  });

  const dsn = (ports: readonly number[], attrs: string): string =>
    `user=postgres dbname=postgres host=${ports.map(() => '127.0.0.1').join(',')} port=${ports.join(',')} target_session_attrs=${attrs}`;

  /** Hosts, in order; what is asked for; who is taken. */
  const cases: readonly (readonly [string, string, string])[] = [
    ['dps', 'any', 'p'],
    ['dsp', 'any', 's'],
    ['sp', 'read-write', 'p'],
    ['ps', 'read-only', 's'],
    ['sp', 'primary', 'p'],
    ['ps', 'standby', 's'],
    ['ps', 'prefer-standby', 's'],
    ['dp', 'prefer-standby', 'p'],
    ['s', 'read-write', 'no_suitable_host'],
    ['p', 'read-only', 'no_suitable_host'],
    ['s', 'primary', 'no_suitable_host'],
    ['dp', 'standby', 'no_suitable_host'],
    ['d', 'any', 'connection_refused'],
  ];
  it.each(cases)('hosts %s, %s: %s', async (hosts, attrs, expected) => {
    const ports = Array.from(hosts, (letter) => ({ d: dead, p: primary.port, s: standby.port })[letter] ?? 0);
    for (const guards of [{}, GUARDS]) {
      if (expected.length > 1) {
        expect(await failure(dsn(ports, attrs), { guards })).toMatch(new RegExp(`^${expected}: `));
      } else {
        const connection = await open(dsn(ports, attrs), { guards });
        expect(connection.endpoint.port).toBe(expected === 'p' ? primary.port : standby.port);
      }
    }
  });

  it('sees a primary that is read-only by default', async () => {
    await primary.query("ALTER ROLE postgres SET default_transaction_read_only = 'on'");
    try {
      expect(await failure(dsn([primary.port], 'read-write'), { guards: GUARDS })).toMatch(
        /^no_suitable_host: .*session is read-only/,
      );
      expect((await open(dsn([primary.port], 'read-only'), { guards: GUARDS })).endpoint.port).toBe(
        primary.port,
      );
    } finally {
      await primary.query(
        'BEGIN READ WRITE; ALTER ROLE postgres RESET default_transaction_read_only; COMMIT',
      );
    }
  });

  it('tells what every host said', async () => {
    const text = await failure(dsn([dead, standby.port], 'read-write'));
    expect(text).toContain(`port ${String(dead)} failed: Connection refused`);
    expect(text).toContain(`port ${String(standby.port)} failed: session is read-only`);
  });

  it('balances load in the order that chance gives', async () => {
    const both = `${dsn([primary.port, standby.port], 'any')} load_balance_hosts=random`;
    expect((await open(both, { random: () => 0 })).endpoint.port).toBe(standby.port);
    expect((await open(both, { random: () => 0.99 })).endpoint.port).toBe(primary.port);
  });
});

describe('places', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({
      major: 18,
      name: 'places',
      settings: { listen_addresses: '127.0.0.1,::1' },
      hba: ['local all all trust', 'host all all 127.0.0.1/32 trust', 'host all all ::1/128 trust'],
    });
  });
  afterAll(() => server.stop());
  const at = (host: string): string =>
    `host=${host} port=${String(server.port)} user=postgres dbname=postgres`;

  it('are IPv6 addresses', async () => {
    expect((await open(at('::1'))).endpoint).toEqual({ host: '::1', port: server.port, address: '::1' });
    expect((await open(`postgresql://postgres@[::1]:${String(server.port)}/postgres`)).endpoint.address).toBe(
      '::1',
    );
  });

  it('are names, and addresses under a name', async () => {
    expect((await open(at('localhost'))).endpoint.host).toBe('localhost');
    expect((await open(`${at('db.invalid')} hostaddr=127.0.0.1`)).endpoint).toMatchObject({
      host: 'db.invalid',
      address: '127.0.0.1',
    });
  });

  it('are Unix sockets, which never use TLS', async () => {
    const connection = await open(`${at(server.socketDirectory)} sslmode=require`);
    expect([connection.endpoint, connection.tls]).toEqual([
      { host: server.socketDirectory, port: server.port, address: null },
      null,
    ]);
  });

  it('may be missing', async () => {
    expect(await failure('host=/nowhere')).toBe(
      'connection_refused: connection to server on socket "/nowhere/.s.PGSQL.5432" failed: No such file or directory',
    );
    expect(await failure('host=no-such-host.invalid')).toMatch(
      /^host_not_found: .*"no-such-host.invalid", port 5432/,
    );
    expect(await failure(at('no-such-host.invalid,127.0.0.1'))).toBe('connected');
  });

  it('hold what the connection says of itself', async () => {
    const connection = await open(at('127.0.0.1'), { guards: GUARDS });
    expect(connection.backendPid).toBe(Number(await value(connection, 'SELECT pg_backend_pid()')));
    expect(String(connection.serverVersionNum)).toBe(await value(connection, 'SHOW server_version_num'));
    expect(await value(connection, 'SHOW statement_timeout')).toBe('5s');
    expect(connection.guardsInStartup).toBe(true);
  });

  it('let guards win over PGOPTIONS, and take blanks and backslashes', async () => {
    const env = {
      PGOPTIONS: String.raw`-c statement_timeout=1s -c work_mem=7MB -c pgdba.a=x\ y`,
      PGGEQO: 'off',
    };
    const connection = await open(at('127.0.0.1'), {
      env,
      guards: { ...GUARDS, 'pgdba.b': String.raw`a b\c` },
    });
    const settings = ['statement_timeout', 'work_mem', 'pgdba.a', 'pgdba.b', 'geqo', 'application_name'];
    const values = await Promise.all(settings.map((name) => value(connection, `SHOW ${name}`)));
    expect(values).toEqual(['5s', '7MB', 'x y', String.raw`a b\c`, 'off', 'pgdba/test']);
  });

  it('survive a backend that is killed between two queries', async () => {
    const connection = await open(at('127.0.0.1'));
    await server.query(`SELECT pg_terminate_backend(${String(connection.backendPid)}, 5000)`);
    await expect(connection.client.query('SELECT 1')).rejects.toThrow();
    await connection.cancel();
    connection.destroy();
  });

  const faults = (['close', 'reset', 'hang'] as const).flatMap((kind) =>
    [0, 3, 9, 40, 200].map((count) => [kind, count] as const),
  );
  it.each(faults)('may break during the start: %s after %i bytes', async (kind, count) => {
    const target = { host: '127.0.0.1', port: server.port };
    const proxy = await startProxy({ target, rules: { fault: { at: 'server-bytes', count, kind } } });
    try {
      const dsn = `host=127.0.0.1 port=${String(proxy.port)} user=postgres dbname=postgres connect_timeout=1`;
      expect(await failure(dsn)).toMatch(/^connection_(failed|timeout): /);
    } finally {
      await proxy.close();
    }
  });

  it('carry large answers and large questions', async () => {
    const connection = await open(at('127.0.0.1'));
    const { rows } = await connection.client.query<string[]>({
      text: "SELECT repeat('x', 1000) FROM generate_series(1, 20000)",
      rowMode: 'array',
    });
    expect(rows).toHaveLength(20_000);
    expect(await value(connection, `SELECT length('${'é'.repeat(500_000)}')`)).toBe('500000');
    await connection.end();
  });
});

describe('what is not a PostgreSQL server', () => {
  const at = (port: number, more = ''): string =>
    `host=127.0.0.1 port=${String(port)} user=u dbname=d sslmode=disable ${more}`;

  it.each([
    ['talks first', 'SSH-2.0-OpenSSH_9.2\r\n', 'connection_failed: .*does not speak the PostgreSQL protocol'],
    [
      'speaks HTTP',
      'HTTP/1.1 400 Bad Request\r\n\r\n',
      'connection_failed: .*does not speak the PostgreSQL protocol',
    ],
    ['sends zeros', '\0'.repeat(20), 'connection_failed: .*does not speak the PostgreSQL protocol'],
    ['sends a message that never ends', 'R\0\0\u0010\0xxx', 'connection_timeout: .*timeout expired'],
    ['asks for GSSAPI', 'R\0\0\0\b\0\0\0\u0007', 'auth_method_unsupported: .*GSS'],
    ['asks for SSPI', 'R\0\0\0\b\0\0\0\t', 'auth_method_unsupported: .*SSPI'],
    ['asks for OAuth', 'R\0\0\0\u0015\0\0\0\nOAUTHBEARER\0\0', 'auth_method_unsupported: .*OAUTH'],
    ['asks for something new', 'R\0\0\0\b\0\0\0\u0063', 'auth_method_unsupported: .*unknown'],
  ])('%s', async (_name, bytes, expected) => {
    const port = await listen((socket) =>
      socket.once('data', () => socket.write(Buffer.from(bytes, 'latin1'))),
    );
    expect(await failure(at(port, 'connect_timeout=1'))).toMatch(new RegExp(expected));
  });

  it.each(['disable', 'require', 'prefer'])('hangs up at once, sslmode=%s', async (mode) => {
    const port = await listen((socket) => socket.end());
    expect(await failure(`${at(port)} sslmode=${mode}`)).toMatch(
      /^connection_failed: .*(closed the connection|reset by peer)/,
    );
  });

  it('answers the request for TLS with more than one byte', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.write('Sxxx')));
    expect(await failure(`${at(port)} sslmode=require`)).toMatch(/^tls_failed: .*received unencrypted data/);
  });

  it.each(['disable', 'require'])('never answers, sslmode=%s: connect_timeout ends it', async (mode) => {
    const port = await listen(() => undefined);
    const start = performance.now();
    expect(await failure(`${at(port, 'connect_timeout=1')} sslmode=${mode}`)).toMatch(
      /^connection_timeout: /,
    );
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('is left at once when the run is aborted', async () => {
    const port = await listen(() => undefined);
    const controller = new AbortController();
    const reason = new Error('stopped');
    setTimeout(() => {
      controller.abort(reason);
    }, 100);
    const start = performance.now();
    await expect(open(at(port), { signal: controller.signal })).rejects.toBe(reason);
    await expect(open(at(port), { signal: controller.signal })).rejects.toBe(reason);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
