import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type pg from 'pg';
import { until, untilBlocked, visits, VISITS_LOGGED } from '../support/inspected.js';
import { startProxy } from '../support/proxy.js';
import { type RunningCli, startCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';

const SIGNALS = [
  ['SIGINT', 130, 'interrupted'],
  ['SIGTERM', 143, 'terminated'],
  ['SIGHUP', 129, 'hung_up'],
] as const;

const NO_LIMITS = ['--lock-timeout', '0', '--statement-timeout', '0', '--timeout', '0'];

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ major: 17, settings: VISITS_LOGGED });
});
afterAll(() => server.stop());

/** Sends a signal and looks how long our backends stay on the server. */
async function signalled(running: RunningCli, signal: NodeJS.Signals, times = 1) {
  const watcher = await server.client();
  const sentAt = performance.now();
  for (let i = 0; i < times; i++) {
    running.kill(signal);
    // Signals of one kind that arrive together count as one.
    if (i + 1 < times) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const gone = await until(async () => {
    const { rows } = await watcher.query(
      "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'pgdba/%'",
    );
    return rows.length === 0 ? performance.now() - sentAt : undefined;
  });
  await watcher.end();
  const result = await running.result;
  return { result, backendGoneMs: gone, endedMs: performance.now() - sentAt };
}

describe('in the middle of a statement that waits for ever', () => {
  let locker: pg.Client;
  beforeEach(async () => {
    locker = await server.client();
  });
  afterEach(() => locker.end());

  const CATALOGS = [
    // Read by the first look at the server, by one section in the middle of a pipeline, and by doctor.
    ['inspect', 'pg_extension', ['inspect']],
    ['inspect', 'pg_publication', ['inspect']],
    ['doctor', 'pg_extension', ['doctor']],
    ['inspect --all-databases', 'pg_publication', ['inspect', '--all-databases']],
  ] as const;

  test.each(SIGNALS.flatMap((signal) => CATALOGS.map((catalog) => [...signal, ...catalog] as const)))(
    '%s ends with %i %s, and the backend of %s is gone within a second (%s locked)',
    async (signal, exitCode, code, command, catalog, args) => {
      await locker.query(`BEGIN; LOCK TABLE pg_catalog.${catalog} IN ACCESS EXCLUSIVE MODE`);
      const running = await startCli([...args, '--dsn', server.dsn(), ...NO_LIMITS]);
      await untilBlocked(server);
      const { result, backendGoneMs, endedMs } = await signalled(running, signal);
      expect(backendGoneMs).toBeLessThan(1000);
      expect(endedMs).toBeLessThan(2000);
      expect(result.exitCode).toBe(exitCode);
      expect(result.envelope).toMatchObject({ ok: false, error: { code, retryable: true } });
      expect(result.envelope.command).toBe(command.split(' ')[0]);
      expect(result.stderr).toBe('');
    },
  );

  test('an impatient SIGINT, again and again, changes nothing: one envelope, the same code', async () => {
    await locker.query('BEGIN; LOCK TABLE pg_catalog.pg_publication IN ACCESS EXCLUSIVE MODE');
    const running = await startCli(['inspect', '--dsn', server.dsn(), ...NO_LIMITS]);
    await untilBlocked(server);
    const { result, backendGoneMs } = await signalled(running, 'SIGINT', 10);
    expect(backendGoneMs).toBeLessThan(1000);
    expect(result.exitCode).toBe(130);
    expect(result.envelope.error?.code).toBe('interrupted');
  });

  test('people get the answer of an interrupted run in their format', async () => {
    await locker.query('BEGIN; LOCK TABLE pg_catalog.pg_publication IN ACCESS EXCLUSIVE MODE');
    const running = await startCli(['inspect', '--dsn', server.dsn(), ...NO_LIMITS, '--format', 'yaml']);
    await untilBlocked(server);
    const { result } = await signalled(running, 'SIGTERM');
    expect(result.exitCode).toBe(143);
    expect(result.stdout).toMatch(/code: terminated/);
  });
});

describe('while nothing answers', () => {
  let silent: Server;
  let port: number;
  let arrived: number;
  beforeAll(async () => {
    silent = createServer((socket) => {
      arrived++;
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    port = (silent.address() as AddressInfo).port;
  });
  beforeEach(() => {
    arrived = 0;
  });
  afterAll(() => silent.close());

  test.each(SIGNALS)('%s while connecting ends with %i at once', async (signal, exitCode, code) => {
    const running = await startCli([
      'inspect',
      '--dsn',
      `postgresql://postgres@127.0.0.1:${String(port)}/postgres`,
    ]);
    await until(() => (arrived > 0 ? true : undefined));
    const sentAt = performance.now();
    running.kill(signal);
    const result = await running.result;
    expect(performance.now() - sentAt).toBeLessThan(1500);
    expect(result.exitCode).toBe(exitCode);
    expect(result.envelope).toMatchObject({ cluster: null, data: null, error: { code } });
  });
});

test.each(SIGNALS)(
  '%s between the samples of --delta ends with %i at once',
  async (signal, exitCode, code) => {
    const args = ['--delta', '--interval', '30s', '--sections', 'system'];
    const earlier = await visits(server);
    const running = await startCli(['inspect', '--dsn', server.dsn(), ...args]);
    await until(async () => ((await visits(server)) > earlier ? true : undefined));
    const { result, endedMs } = await signalled(running, signal);
    expect(endedMs).toBeLessThan(1500);
    expect(result.exitCode).toBe(exitCode);
    expect(result.envelope).toMatchObject({ error: { code }, cluster: { role: 'primary' } });
  },
);

test.each(['inspect', 'doctor'])(
  'SIGINT ends %s soon although the network swallows the cancel',
  async (command) => {
    const proxy = await startProxy({
      target: server,
      rules: { fault: { at: 'server-messages', count: 40, kind: 'hang' } },
    });
    const dsn = `postgresql://postgres@127.0.0.1:${String(proxy.port)}/postgres`;
    const running = await startCli([command, '--dsn', dsn, '--timeout', '0']);
    await until(() => (proxy.connections[0]?.struck === true ? true : undefined));
    const sentAt = performance.now();
    running.kill('SIGINT');
    const { exitCode, envelope } = await running.result;
    expect(performance.now() - sentAt).toBeLessThan(2500);
    expect([exitCode, envelope.error?.code]).toEqual([130, 'interrupted']);
    await proxy.close();
  },
);
