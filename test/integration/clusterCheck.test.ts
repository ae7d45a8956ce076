import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ClusterCheck } from '../../src/cluster/registrySchema.js';
import { sharedServer } from '../support/cluster.js';
import { freePort } from '../support/freePort.js';
import { runCli, startCli, type CliOptions, type CliResult } from '../support/runCli.js';
import { startServer, startStandby, type TestServer } from '../support/servers.js';

const SECRET = 'sw0rdfish-hunter2';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

function cluster(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return runCli(['cluster', ...args], { home, ...options });
}

async function add(name: string, dsn: string, ...more: string[]): Promise<void> {
  const { envelope } = await cluster(['add', name, '--dsn', dsn, ...more]);
  expect(envelope.error).toBeNull();
}

function checked({ envelope }: CliResult): readonly ClusterCheck[] {
  return (envelope.data?.['clusters'] ?? []) as ClusterCheck[];
}

/** Exit code, error code and what was found out of one cluster. */
async function check(args: readonly string[], options: CliOptions = {}) {
  const result = await cluster(['check', ...args], options);
  const [first] = checked(result);
  return { exit: result.exitCode, code: result.envelope.error?.code ?? null, first, result };
}

/** Makes `service=it` lead to a server: the cluster behind a DSN changes while the DSN stays. */
async function serve(server: { readonly port: number }): Promise<void> {
  const section = `[it]\nhost=127.0.0.1\nport=${String(server.port)}\nuser=monitor\ndbname=postgres\n`;
  await writeFile(join(home, '.pg_service.conf'), section);
}

async function everythingUnder(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')))).join(
    '\n',
  );
}

describe('the fingerprint', () => {
  test('is pinned by the first check and matches at the next', async () => {
    await serve(sharedServer(17));
    await add('it', 'service=it');
    const first = await check(['it']);
    expect(first).toMatchObject({ exit: 0, code: null });
    expect(first.first).toMatchObject({
      name: 'it',
      reachable: true,
      role: 'primary',
      managed_by: 'standalone',
      tier: 'system_identifier',
      recorded_fingerprint: null,
      matches: null,
      pinned: true,
      replicas: [],
      error: null,
    });
    expect(Math.floor((first.first?.server_version_num ?? 0) / 10_000)).toBe(17);
    expect(first.result.envelope.cluster).toMatchObject({
      name: 'it',
      fingerprint: first.first?.fingerprint,
    });
    const shown = (await cluster(['show', 'it'])).envelope.data;
    expect(shown).toMatchObject({
      cluster: { fingerprint: first.first?.fingerprint, tier: 'system_identifier' },
    });
    const second = await check(['it']);
    expect(second).toMatchObject({ exit: 0, first: { matches: true, pinned: false } });
    expect(second.first?.recorded_fingerprint).toBe(first.first?.fingerprint);
  });

  test('of another server behind the same DSN is a conflict until it is accepted', async () => {
    await serve(sharedServer(17));
    await add('it', 'service=it');
    const { first: before } = await check(['it']);
    await serve(sharedServer(18));
    for (const args of [['it'], []]) {
      const swapped = await check(args);
      expect(swapped).toMatchObject({
        exit: 7,
        code: 'fingerprint_mismatch',
        first: { reachable: true, matches: false, pinned: false, error: { code: 'fingerprint_mismatch' } },
      });
      expect(swapped.first?.recorded_fingerprint).toBe(before?.fingerprint);
      expect(swapped.first?.fingerprint).not.toBe(before?.fingerprint);
    }
    expect(await check(['it', '--accept'])).toMatchObject({
      exit: 0,
      first: { matches: false, pinned: true, error: null },
    });
    expect(await check(['it'])).toMatchObject({ exit: 0, first: { matches: true } });
  });
});

describe('several clusters', () => {
  test('are all told, and the first that is not well decides the exit code', async () => {
    const closed = await freePort();
    await add('a-good', sharedServer(16).dsn({ user: 'monitor' }));
    await add('b-closed', `host=127.0.0.1 port=${String(closed)} user=monitor dbname=postgres`);
    await add('c-no-db', sharedServer(16).dsn({ user: 'monitor', dbname: 'absent' }));
    await add('d-good', sharedServer(12).dsn({ user: 'bare' }));
    const result = await cluster(['check']);
    expect([result.exitCode, result.envelope.ok, result.envelope.error?.code]).toEqual([
      4,
      false,
      'connection_refused',
    ]);
    expect(result.envelope.cluster).toBeNull();
    expect(
      checked(result).map(({ name, reachable, error }) => [name, reachable, error?.code ?? null]),
    ).toEqual([
      ['a-good', true, null],
      ['b-closed', false, 'connection_refused'],
      ['c-no-db', false, 'database_not_found'],
      ['d-good', true, null],
    ]);
  });

  test('none at all are well', async () => {
    expect(await check([])).toMatchObject({ exit: 0, code: null, first: undefined });
  });
});

describe('a server that does not answer', () => {
  let silent: Server;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    silent = createServer(() => undefined).listen(port, '127.0.0.1');
  });
  afterAll(() => silent.close());

  test('costs no longer than --timeout, and the others are told', async () => {
    await add('a-silent', `host=127.0.0.1 port=${String(port)} user=u`);
    await add('b-good', sharedServer(18).dsn({ user: 'monitor' }));
    const result = await cluster(['check', '--timeout', '2s']);
    expect([result.exitCode, result.envelope.error?.code]).toEqual([6, 'run_timeout']);
    expect(checked(result).map(({ reachable }) => reachable)).toEqual([false, true]);
    expect(result.durationMs).toBeLessThan(8000);
  });

  test('does not keep a signal from ending the run with its envelope, also after the registry was written', async () => {
    await add('a-silent', `host=127.0.0.1 port=${String(port)} user=u connect_timeout=0`);
    await add('b-good', sharedServer(18).dsn({ user: 'monitor' }));
    const running = await startCli(['cluster', 'check'], { home });
    const pinned = async (): Promise<boolean> =>
      (await readFile(join(home, '.pgdba', 'clusters.json'), 'utf8')).includes('system_identifier');
    while (!(await pinned())) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 100));
    running.kill('SIGINT');
    const { exitCode, envelope } = await running.result;
    expect([exitCode, envelope.error?.code]).toEqual([130, 'interrupted']);
  });
});

describe('a server that wants a password', () => {
  let server: TestServer;
  let standby: TestServer;
  beforeAll(async () => {
    server = await startServer({ major: 16, auth: 'scram-sha-256' });
    await server.query(`CREATE ROLE watcher LOGIN PASSWORD '${SECRET}' IN ROLE pg_monitor`);
    standby = await startStandby(server);
  });
  afterAll(async () => {
    await standby.stop();
    await server.stop();
  });

  const dsn = (): string => server.dsn({ user: 'watcher', dbname: 'postgres' });
  const place = ({ port }: TestServer): string => `127.0.0.1:${String(port)}`;

  test('gets it from the command, for inspect --name too, and it is written and said nowhere', async () => {
    const secretFile = join(home, 'secret');
    await writeFile(secretFile, `${SECRET}\n`);
    await add('it', dsn(), '--password-command', `cat '${secretFile}'; cat '${secretFile}' >&2`);
    const result = await cluster(['check', 'it', '--log-level', 'debug']);
    expect([result.exitCode, checked(result)[0]?.reachable]).toEqual([0, true]);
    const inspected = await runCli(['inspect', '--name', 'it', '--sections', 'pg_stat_database'], { home });
    expect(inspected.envelope.cluster).toMatchObject({ name: 'it', role: 'primary' });
    const said = [result, inspected].map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(said + (await everythingUnder(join(home, '.pgdba')))).not.toContain(SECRET);
  });

  test('gets it from the variable that was named', async () => {
    await add('it', dsn(), '--password-env', 'WATCHER_PW');
    expect(await check(['it'], { env: { WATCHER_PW: SECRET } })).toMatchObject({
      exit: 0,
      first: { reachable: true },
    });
    const { result, ...unset } = await check(['it']);
    expect(unset).toMatchObject({ exit: 4, code: 'password_required', first: { reachable: false } });
    expect(result.envelope.error?.message).toContain('WATCHER_PW');
    expect(await everythingUnder(join(home, '.pgdba'))).not.toContain(SECRET);
  });

  test('is refused with a wrong one, which is not said', async () => {
    await add('it', dsn(), '--password-env', 'WATCHER_PW');
    const { result, ...wrong } = await check(['it'], { env: { WATCHER_PW: `not-${SECRET}` } });
    expect(wrong).toMatchObject({ exit: 4, code: 'auth_failed' });
    expect(result.stdout + result.stderr).not.toContain(SECRET);
  });

  test('is told of a command that fails, without what it printed', async () => {
    await add('it', dsn(), '--password-command', `echo ${SECRET} >&2; echo ${SECRET}; exit 9`);
    const { result, ...failed } = await check(['it']);
    expect(failed).toMatchObject({ exit: 4, code: 'password_command_failed' });
    expect(result.stdout + result.stderr).not.toContain(SECRET);
  });

  test('is reached together with its standby, with the same password', async () => {
    await add('it', dsn(), '--password-env', 'PW', '--replica', place(standby));
    const { exit, first } = await check(['it'], { env: { PW: SECRET } });
    expect(exit).toBe(0);
    expect(first?.replicas).toEqual([
      { host: place(standby), reachable: true, role: 'standby', matches: true, error: null },
    ]);
  });

  test('is told when a replica is gone or of another cluster', async () => {
    const gone = `127.0.0.1:${String(await freePort())}`;
    const foreign = sharedServer(18).dsn({ user: 'monitor' });
    await add('it', dsn(), '--password-env', 'PW', '--replica', foreign, '--replica', gone);
    const { exit, code, first } = await check(['it'], { env: { PW: SECRET } });
    expect([exit, code, first?.reachable, first?.error]).toEqual([7, 'fingerprint_mismatch', true, null]);
    expect(first?.replicas.map(({ reachable, matches, error }) => [reachable, matches, error?.code])).toEqual(
      [
        [true, false, 'fingerprint_mismatch'],
        [false, null, 'connection_refused'],
      ],
    );
  });

  test('is not compared by a fingerprint of another tier, and that one is not overwritten', async () => {
    const env = { PW: SECRET };
    await add('it', dsn(), '--password-env', 'PW');
    const { first: before } = await check(['it'], { env });
    await server.query('REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC');
    try {
      const degraded = await check(['it'], { env });
      expect(degraded).toMatchObject({
        exit: 0,
        first: { tier: 'resolved_addr', matches: null, pinned: false },
      });
      expect(degraded.first?.recorded_fingerprint).toBe(before?.fingerprint);
      expect(await check(['it', '--accept'], { env })).toMatchObject({ first: { pinned: true } });
      expect(await check(['it'], { env })).toMatchObject({ first: { tier: 'resolved_addr', matches: true } });
    } finally {
      await server.query('GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC');
    }
  });

  test('lets a signal end the password command too', async () => {
    const mark = join(home, 'pid');
    await add('it', dsn(), '--password-command', `echo $$ > '${mark}'; sleep 40; echo ${SECRET}`);
    const running = await startCli(['cluster', 'check', 'it'], { home });
    let pid = '';
    while (pid === '') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      pid = (await readFile(mark, 'utf8').catch(() => '')).trim();
    }
    running.kill('SIGTERM');
    const { exitCode, envelope, durationMs } = await running.result;
    expect([exitCode, envelope.error?.code]).toEqual([143, 'terminated']);
    expect(durationMs).toBeLessThan(10_000);
    const state = (): Promise<string> => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ' Z ');
    await expect.poll(state).toMatch(/ Z /);
  });
});
