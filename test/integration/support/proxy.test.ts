import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { sharedServer } from '../../support/cluster.js';
import { type Proxy, type ProxyRules, startProxy } from '../../support/proxy.js';

const server = sharedServer(18);
let proxy: Proxy | undefined;
afterEach(() => proxy?.close());

async function ask(rules: ProxyRules): Promise<string> {
  proxy = await startProxy({ target: server, rules });
  const client = new pg.Client({
    host: proxy.host,
    port: proxy.port,
    user: 'postgres',
    connectionTimeoutMillis: 1500,
    query_timeout: 1500,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const answer = await client.query<{ n: number }>('SELECT n FROM generate_series(1, 3) n');
    return `${String(answer.rows.length)} rows`;
  } catch (error) {
    return (error as Error).message;
  } finally {
    void client.end().catch(() => undefined);
  }
}

test('passes everything on when no fault is asked for, and counts it', async () => {
  expect(await ask({})).toBe('3 rows');
  const [count] = proxy?.connections ?? [];
  expect(count).toMatchObject({ struck: false });
  expect(count?.serverMessages).toBeGreaterThan(15);
  expect(count?.serverBytes).toBeGreaterThan(300);
  expect(count?.clientBytes).toBeGreaterThan(40);
});

test('reaches a server by its Unix socket', async () => {
  const path = `${server.socketDirectory}/.s.PGSQL.${String(server.port)}`;
  const viaSocket = await startProxy({ target: { path } });
  try {
    const client = new pg.Client({ host: viaSocket.host, port: viaSocket.port, user: 'postgres' });
    await client.connect();
    expect((await client.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.end();
  } finally {
    await viaSocket.close();
  }
});

test('cuts at every boundary between messages: each earlier one breaks the query, the last one does not', async () => {
  await ask({});
  const total = proxy?.connections[0]?.serverMessages ?? 0;
  await proxy?.close();
  for (let count = 0; count <= total; count++) {
    const answer = await ask({ fault: { at: 'server-messages', count, kind: 'close' } });
    if (count < total)
      expect(answer, `after ${String(count)} messages`).toBe('Connection terminated unexpectedly');
    else expect(answer).toBe('3 rows');
    expect(proxy?.connections[0]).toMatchObject({ serverMessages: count, struck: true });
    await proxy?.close();
  }
});

test.each([
  [{ at: 'connect', kind: 'reset' } as const, /ECONNRESET/],
  [{ at: 'server-bytes', count: 20, kind: 'reset' } as const, /ECONNRESET/],
  [{ at: 'client-bytes', count: 10, kind: 'close' } as const, /terminated unexpectedly/],
  [{ at: 'server-bytes', count: 400, kind: 'hang' } as const, /timeout/],
  [{ at: 'connect', kind: 'hang' } as const, /timeout/],
])('breaks a connection as asked: %o', async (fault, message) => {
  expect(await ask({ fault })).toMatch(message);
});

test('adds the round trip to each exchange', async () => {
  const startedAt = performance.now();
  expect(await ask({ roundTripMs: 100 })).toBe('3 rows');
  // Startup and one query: two exchanges.
  const durationMs = performance.now() - startedAt;
  expect(durationMs).toBeGreaterThan(200);
  expect(durationMs).toBeLessThan(700);
});

test('strikes only the connection that it is told', async () => {
  const rules: ProxyRules = { fault: { at: 'connect', kind: 'close' }, only: 1 };
  proxy = await startProxy({ target: server, rules });
  const once = async (): Promise<string> => {
    const client = new pg.Client({ host: proxy?.host ?? '', port: proxy?.port ?? 0, user: 'postgres' });
    client.on('error', () => undefined);
    return client.connect().then(
      async () => {
        await client.end();
        return 'connected';
      },
      () => 'refused',
    );
  };
  expect([await once(), await once(), await once()]).toEqual(['connected', 'refused', 'connected']);
});

test('holds back what a client sends, and passes it on when it is released', async () => {
  proxy = await startProxy({ target: server, rules: { holdAt: /generate_series/ } });
  const client = new pg.Client({ host: proxy.host, port: proxy.port, user: 'postgres' });
  await client.connect();
  await client.query('SELECT 1');
  expect(proxy.connections[0]?.held).toBe(false);
  const answered = client.query('SELECT n FROM generate_series(1, 3) n').then(({ rows }) => rows.length);
  const early = await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 300, 'held'))]);
  expect([early, proxy.connections[0]?.held]).toEqual(['held', true]);
  proxy.release();
  expect(await answered).toBe(3);
  await client.end();
});
