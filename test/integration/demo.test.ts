import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { binariesPackage, letEverybodyRead } from '../../src/sandbox/binaries.js';
import type { DemoData } from '../../src/sandbox/demoData.js';
import { isAlive } from '../../src/sandbox/postmaster.js';
import { serverUser } from '../../src/sandbox/systemUser.js';
import { REPOSITORY } from '../support/binaries.js';
import { type CliOptions, type CliResult, runCli, startCli } from '../support/runCli.js';

/** A tour runs two dozen commands one after the other: on a machine that does much else, a minute is not enough. */
const TOUR_TIMEOUT_MS = 150_000;
const TOURS = { timeout: 3 * TOUR_TIMEOUT_MS };

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
});
afterEach(async () => {
  await runCli(['demo', '--stop'], { home });
  await rm(home, { recursive: true, force: true });
});

function tour(flags: readonly string[], options: CliOptions): Promise<CliResult> {
  return runCli(['demo', ...flags], { ...options, timeoutMs: TOUR_TIMEOUT_MS });
}

function dataOf(result: CliResult): DemoData {
  expect(result.envelope.error).toBeNull();
  return result.envelope.data as DemoData;
}

/** Nothing of a server is left: neither its process nor its folder. */
async function expectGone(server: DemoData['server']): Promise<void> {
  if (server === null) throw new Error('the demo named no server');
  expect(await isAlive(server.pid)).toBe(false);
  expect(existsSync(dirname(server.data_directory))).toBe(false);
}

const TOUR = [
  'true cluster add demo',
  'true cluster check demo',
  'true doctor',
  'true doctor',
  'true inspect',
  'true baseline',
  'true inspect',
  'true query top',
  'true query locks',
  'true query vacuum-health',
  'true query bloat',
  'true query index-health',
  'true check',
  'true config diff',
  'true config tune',
  'true query analyze',
  'true query index-suggest',
  'true config apply',
  'true baseline',
  'true baseline diff',
  'true baseline report',
  'true schema errors',
];

/** The tour went all its way, and every fault that was planted was seen. */
function expectWholeTour(data: DemoData): void {
  expect(data.tour.map(({ ok, command }) => `${String(ok)} ${command.split(' --')[0] ?? ''}`)).toEqual(TOUR);
  const unseen = data.faults.filter((fault) => fault.seen === false).map((fault) => fault.name);
  expect(unseen).toEqual([]);
  expect(data.faults.filter((fault) => fault.seen === true).length).toBeGreaterThanOrEqual(11);
}

describe('--keep', () => {
  test(
    'leaves the server running as cluster demo, says so the second time, starts a new one when it has ended, and --stop removes all of it',
    TOURS,
    async () => {
      const kept = dataOf(await tour(['--keep'], { home }));
      expect(kept).toMatchObject({
        kept: true,
        already_running: false,
        cluster: 'demo',
        stop_command: 'pgdba demo --stop',
      });
      expectWholeTour(kept);
      expect(kept.server?.runs_as ?? null).toBe(serverUser()?.name ?? null);
      const inspected = await runCli(['inspect', '--name', 'demo', '--sections', 'system'], { home });
      expect(inspected.envelope).toMatchObject({ ok: true, cluster: { name: 'demo', database: 'shop' } });
      expect((await stat(dirname(kept.server?.data_directory ?? ''))).mode & 0o077).toBe(0);

      const again = await runCli(['demo', '--keep'], { home });
      expect(again.exitCode).toBe(0);
      expect(dataOf(again)).toMatchObject({
        kept: true,
        already_running: true,
        server: kept.server,
        tour: [],
      });
      expect(again.envelope.warnings).toMatchObject([{ code: 'demo_already_running' }]);

      process.kill(kept.server?.pid ?? 0, 'SIGQUIT');
      await expect.poll(() => isAlive(kept.server?.pid ?? 0), { timeout: 20_000 }).toBe(false);
      const second = dataOf(await tour(['--keep'], { home }));
      expect(second.already_running).toBe(false);
      await expectGone(kept.server);
      expect(await isAlive(second.server?.pid ?? 0)).toBe(true);

      const stopped = dataOf(await runCli(['demo', '--stop'], { home }));
      expect(stopped).toMatchObject({ kept: false, stopped: true, server: second.server });
      await expectGone(second.server);
      expect(await readdir(join(home, '.pgdba'))).toEqual(['clusters.json']);
      const registry = JSON.parse(await readFile(join(home, '.pgdba', 'clusters.json'), 'utf8')) as {
        clusters: object;
      };
      expect(registry.clusters).toEqual({});
    },
  );

  test('never takes the name demo from a cluster of the user', async () => {
    const own = ['cluster', 'add', 'demo', '--dsn', 'postgresql://me@db1/app'];
    expect((await runCli(own, { home })).exitCode).toBe(0);
    const result = await runCli(['demo', '--keep'], { home });
    expect(result.exitCode).toBe(7);
    expect(result.envelope.error).toMatchObject({ code: 'cluster_exists' });
    await runCli(['demo', '--stop'], { home });
    const shown = await runCli(['cluster', 'show', 'demo'], { home });
    expect(shown.envelope.data).toMatchObject({ cluster: { dsn: 'postgresql://me@db1/app' } });
  });
});

test('--stop says so when no server was kept', async () => {
  const result = await runCli(['demo', '--stop'], { home });
  expect(result.exitCode).toBe(0);
  expect(dataOf(result)).toMatchObject({ server: null, stopped: false });
  expect(result.envelope.warnings).toMatchObject([{ code: 'demo_not_running' }]);
});

test('--keep and --stop together are a usage error', async () => {
  const result = await runCli(['demo', '--keep', '--stop'], { home });
  expect(result.exitCode).toBe(2);
  expect(result.envelope.error).toMatchObject({ code: 'usage' });
});

describe('a signal in the middle stops and removes the server, and the envelope still comes', () => {
  test.each([
    ['SIGINT', 130, 'while it is filled', /Filling/, []],
    ['SIGTERM', 143, 'in the middle of the tour', /\$ pgdba doctor/, []],
    ['SIGINT', 130, 'with --keep too', /\$ pgdba inspect/, ['--keep']],
  ] as const)('%s (%i) %s', async (signal, exitCode, _when, when, flags) => {
    const cli = await startCli(['demo', ...flags], { home });
    await cli.stderrMatches(when);
    cli.kill(signal);
    // Impatient people press Ctrl-C twice.
    cli.kill(signal);
    const result = await cli.result;
    expect(result.exitCode).toBe(exitCode);
    expect(result.envelope.ok).toBe(false);
    const folder = /runs in (\S+?)[,.]/.exec(result.stderr)?.[1] ?? '';
    expect(folder).toContain('pgdba-demo-');
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(join(home, '.pgdba', 'demo.json'))).toBe(false);
  });
});

describe('an installed copy of pgdba', () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'pgdba-installed-'));
    for (const part of ['bin', 'dist', 'package.json']) {
      await cp(join(REPOSITORY, part), join(place, part), { recursive: true });
    }
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  test('says what is missing when it came without its optional dependencies', async () => {
    const result = await runCli(['demo'], { home, packageRoot: place });
    expect(result.exitCode).toBe(5);
    expect(result.envelope.error).toMatchObject({ code: 'embedded_server_missing' });
  });

  test(
    'runs the main commands for an ordinary user on a server with planted faults, tells what they found, leaves nothing, and no PG* or PGDBA_* variable leads it elsewhere',
    TOURS,
    async () => {
      const package_ = join('node_modules', binariesPackage());
      await mkdir(dirname(join(place, package_)), { recursive: true });
      await cp(join(REPOSITORY, package_), join(place, package_), {
        recursive: true,
        verbatimSymlinks: true,
      });
      const { makeReachable, account } = ordinaryUser();
      await makeReachable(place);
      const env = { PGHOST: 'nowhere.invalid', PGSERVICE: 'none', PGDBA_FORMAT: 'json', PGDBA_LIMIT: '1' };
      const result = await tour([], { ...account, env, home, packageRoot: place });
      const data = dataOf(result);
      expect(result.exitCode).toBe(0);
      expectWholeTour(data);
      expect(data.server?.runs_as).toBeNull();
      expect(data).toMatchObject({ kept: false, stopped: false, stop_command: null });
      expect(result.stderr).toContain('shop.orders_coupon_idx');
      expect(result.stderr).toMatch(/commits \d+\.\d transactions per second/);
      expect(result.stderr).toMatch(/\d+ % of the time in \d+ calls: SELECT url, count\(DISTINCT md5/);
      expect(result.stderr).toMatch(/shop\.carts: \d\d % of \d+ bytes is bloat\. What would help: .*rewrite/);
      expect(result.stderr).toContain('duplicate: DROP INDEX CONCURRENTLY shop.customers_email_idx;');
      expect(result.stderr).toMatch(/\d+ recommendations \(.*\), such as:\n {2}\w+: .+ → /);
      expect(result.stderr).toMatch(/\d+ statements, such as ALTER SYSTEM SET/);
      expect(result.stderr).toContain('setting work_mem: value went from 4096 kB to 16384 kB.');
      expect(result.stderr).toMatch(/\d+ bytes of HTML in .*report\.html/);
      expect(result.stderr).toMatch(/index_defeated: customers_email_\w+ holds email itself/);
      expect(result.stderr).toMatch(/CREATE INDEX CONCURRENTLY order_items_product_id_idx .*foreign_key/);
      await expectGone(data.server);
      expect(existsSync(join(home, '.pgdba', 'clusters.json'))).toBe(false);
    },
  );
});

/** Somebody who is not root: the account that servers run as when we are, ourselves when we are not. */
function ordinaryUser(): { makeReachable: (folder: string) => Promise<void>; account: CliOptions } {
  const user = serverUser();
  if (user === undefined) return { makeReachable: () => Promise.resolve(), account: {} };
  return { makeReachable: letEverybodyRead, account: { uid: user.uid, gid: user.gid } };
}
