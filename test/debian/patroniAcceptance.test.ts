import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REPOSITORY } from '../support/binaries.js';
import { changedOf, changesetFile, changesetOf, type Changed } from '../support/changes.js';
import { until } from '../support/inspected.js';
import { startPatroniCluster, type PatroniCluster, type PatroniMember } from '../support/patroniCluster.js';
import type { PatroniLink } from '../support/patroniNode.js';
import { startProxy } from '../support/proxy.js';
import type { RunningCli } from '../support/runCli.js';
import { PatroniChanges, provenOf } from './patroniChanges.js';
import { untilSeen } from './patroniRead.js';

const run = promisify(execFile);
const ALL = (outcome: string): Record<string, string> => ({ n1: outcome, n2: outcome, n3: outcome });
const WANTED = { work_mem: '21MB' };
const BRIEF = ['--patroni-timeout', '2s', '--patroni-wait', '6s'];
/** A small server: three of them run on the machine that tests. */
const TUNE = [
  ...['config', 'tune', '--workload', 'oltp', '--ram', '512MB', '--cpus', '2', '--storage', 'ssd'],
  ...['--connections', '50', '--apply', '--restart'],
];

const DCS_ALONE = { shared_buffers: null };

/** One cluster goes through all of it; each test leaves it as it was. */
describe('changes through Patroni from end to end', { timeout: 300_000 }, () => {
  let cluster: PatroniCluster;
  let leader: PatroniMember;
  let replica: PatroniMember;
  let other: PatroniMember;
  let home: string;
  let changes: PatroniChanges;
  let before: string;

  beforeAll(async () => {
    cluster = await startPatroniCluster({
      ...{ proxied: true, dynamic: { ttl: 20 }, dcs: { shared_buffers: '16MB' } },
      local: { n1: DCS_ALONE, n2: DCS_ALONE, n3: DCS_ALONE },
    });
    home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
    await meet();
    changes = new PatroniChanges(cluster, home, leader);
    before = JSON.stringify(await changes.config());
  }, 200_000);
  afterAll(async () => {
    await cluster.stop();
    await rm(home, { recursive: true });
  });

  async function meet(): Promise<void> {
    const [led, one, two] = await cluster.settled();
    if (one === undefined || two === undefined) throw new Error('there are no replicas');
    [leader, replica, other] = [led, one, two];
  }

  /** The cluster is well again, and what it was; nothing is unfinished. */
  async function expectAsBefore(): Promise<void> {
    await meet();
    changes.target = leader;
    expect(await changes.unfinished()).toEqual([]);
    await expect
      .poll(
        async () => {
          const told = await Promise.all(cluster.members.map((member) => changes.config(member)));
          return [...told.map((config) => JSON.stringify(config)), ...(await changes.shown('work_mem'))];
        },
        { timeout: 30_000 },
      )
      .toEqual([before, before, before, '5MB', '5MB', '5MB']);
  }

  async function starts(): Promise<unknown[]> {
    const sql = 'SELECT pg_postmaster_start_time()::text AS at';
    return Promise.all(cluster.members.map(async ({ query }) => (await query(sql))[0]?.['at']));
  }

  test('config tune --apply --restart ends with every value in force everywhere, and rollback with all as it was', async () => {
    const began = await starts();
    const alone = await changes.apply(WANTED, ['--via', 'alter-system', '--restart']);
    expect([alone.result.exitCode, alone.envelope.error?.code]).toEqual([2, 'usage']);
    const dry = changedOf(await changes.run([...TUNE, '--dry-run']));
    expect(dry.envelope.error).toBeNull();
    expect(dry.data?.restart).toMatchObject({ dry_run: true, order: 'leader_first' });
    expect(dry.data?.restart?.steps.map(({ outcome }) => outcome)).toEqual(['planned', 'planned', 'planned']);
    expect(await starts()).toEqual(began);
    const values = changesetOf(dry).parameters.map(({ name }) => name);
    const old = await Promise.all(values.map((name) => changes.shown(name)));

    const done = changedOf(await changes.run(TUNE));
    expect(done.envelope.error).toBeNull();
    expect(done.data?.restart?.steps.map(({ outcome }) => outcome)).toEqual([
      'restarted',
      'restarted',
      'restarted',
    ]);
    expect(done.result.stderr).toMatch(/restarting, 3 of 3/);
    expect(done.data?.pending_restart).toEqual([]);
    const { parameters, id } = changesetOf(done);
    expect(parameters.map(({ name }) => name)).toContain('shared_buffers');
    for (const { name, new_value: value } of parameters) {
      expect([name, provenOf(done, name)]).toEqual([name, ALL('in_force')]);
      expect([name, await changes.shown(name)]).toEqual([name, [value, value, value]]);
    }

    const back = await changes.finish('rollback', id, ['--restart']);
    expect(back.envelope.error).toBeNull();
    expect(back.data?.restart?.steps.map(({ outcome }) => outcome)).not.toContain('failed');
    expect(back.data?.pending_restart).toEqual([]);
    expect(await Promise.all(values.map((name) => changes.shown(name)))).toEqual(old);
    await expectAsBefore();
  });

  test('what the README shows, from patroni status to a rollback', async () => {
    const readme = await readFile(join(REPOSITORY, 'README.md'), 'utf8');
    const block =
      /<!-- tested against a Patroni cluster[^>]*-->\s*```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const lines = block
      .replaceAll('postgresql://postgres@db1/app', cluster.dsn(leader))
      .replaceAll('http://db1:8008,http://db2:8008', cluster.urls.join(','))
      .split('\n')
      .filter((line) => line !== '');
    expect(lines).toHaveLength(5);
    const said: string[] = [];
    const { PATH } = process.env;
    const { PGDBA_PATRONI_URL: _known, ...access } = changes.env;
    const env = { PATH, HOME: home, ...access };
    const pgdba = `set -o pipefail; pgdba() { node ${join(REPOSITORY, 'bin/run.js')} "$@"; }`;
    for (const line of lines) {
      const { stdout } = await run('bash', ['-c', `${pgdba}; ${line}`], { cwd: home, env });
      said.push(stdout.trim());
      if (line.includes('config apply'))
        expect(await changes.shown('work_mem')).toEqual(['8MB', '8MB', '8MB']);
    }
    expect(said[1]).toContain('n3');
    expect(said.slice(3)).toEqual(['n1\nin_force\nn2\nin_force\nn3\nin_force', 'rolled_back']);
    await expectAsBefore();
  });

  test('a restart that stops half-way leaves the change applied, and patroni restart goes on', async () => {
    // A folder that others may write to is none that PostgreSQL starts in.
    const [first, second] = [replica, other].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (first === undefined || second === undefined) throw new Error('there are no replicas');
    await chmod(second.dataDirectory, 0o777);
    const halfway = await changes.apply({ max_connections: '70' }, ['--restart']);
    expect([halfway.result.exitCode, halfway.envelope.error?.code]).toEqual([8, 'restart_incomplete']);
    expect(halfway.envelope.error?.message).toContain('the change stays in the DCS');
    expect(halfway.data?.restart?.steps.map(({ outcome }) => outcome)).toEqual([
      'restarted',
      'failed',
      'not_restarted',
    ]);
    expect(changesetOf(halfway).status).toBe('applied');
    expect(provenOf(halfway, 'max_connections')).toEqual({
      ...{ [first.name]: 'in_force', [second.name]: 'unreachable', [leader.name]: 'pending_restart' },
    });
    expect(halfway.data?.pending_restart).toMatchObject([
      { member: leader.name, next_step: 'pgdba patroni restart' },
    ]);
    expect(await changes.unfinished()).toEqual([]);
    await chmod(second.dataDirectory, 0o700);
    await cluster.settled();
    const rest = await changes.run(['patroni', 'restart']);
    expect(rest.envelope.error).toBeNull();
    expect(await changes.shown('max_connections')).toEqual(['70', '70', '70']);
    const back = await changes.finish('rollback', changesetOf(halfway).id, ['--restart']);
    expect(back.envelope.error).toBeNull();
    expect(back.data?.restart?.order).toBe('leader_first');
    expect(await changes.shown('max_connections')).toEqual(['60', '60', '60']);
    await expectAsBefore();
  });

  interface Cut {
    readonly whose: 'replica' | 'leader';
    readonly links: readonly PatroniLink[];
    /** Exit code and error; 0 and null where the change is made all the same. */
    readonly exit: number;
    readonly code: string | null;
  }

  const cuts: readonly Cut[] = [
    { whose: 'replica', links: ['sql'], exit: 9, code: 'member_unreachable' },
    { whose: 'leader', links: ['sql'], exit: 9, code: 'member_unreachable' },
    { whose: 'replica', links: ['rest'], exit: 9, code: 'member_unreachable' },
    { whose: 'replica', links: ['etcd'], exit: 8, code: 'partly_applied' },
    { whose: 'replica', links: ['rest', 'sql', 'etcd'], exit: 9, code: 'member_unreachable' },
  ];

  test.each(cuts)('$whose without $links before', async ({ whose, links, exit, code }) => {
    const victim = whose === 'leader' ? leader : replica;
    for (const link of links) victim.cut(link);
    const changed = await changes.apply(WANTED, BRIEF);
    expect([changed.result.exitCode, changed.envelope.error?.code ?? null]).toEqual([exit, code]);
    expect(changed.envelope.error?.message).toContain(victim.name);
    victim.heal();
    await expectAsBefore();
  });

  /** Applies, and does something when the change is on its way to the leader; there it is held until `release`. */
  async function midway(
    deed: (apply: { readonly running: RunningCli; readonly release: () => void }) => Promise<void>,
    args: readonly string[] = BRIEF,
  ): Promise<Changed> {
    const { hostname, port } = new URL(leader.url);
    const proxy = await startProxy({
      target: { host: hostname, port: Number(port) },
      rules: { holdAt: /"work_mem"/ },
    });
    const others = cluster.urls.filter((url) => url !== leader.url);
    const through = `http://${proxy.host}:${String(proxy.port)}`;
    const apply = new PatroniChanges(cluster, home, replica, [through, ...others]);
    const words = ['config', 'apply', '--file', '-', '--wait', '10s', ...args];
    try {
      const running = await apply.start(words, { input: changesetFile(WANTED) });
      const isHeld = (): true | undefined => (proxy.connections.some(({ held }) => held) ? true : undefined);
      const early = await Promise.race([running.result, until(isHeld)]);
      if (early !== true) throw new Error(`nothing was sent: ${early.stdout}`);
      await deed({
        running,
        release: () => {
          proxy.setRules({});
          proxy.release();
        },
      });
      return changedOf(await running.result);
    } finally {
      await proxy.close();
    }
  }

  /** The DCS has the change; a member whose etcd was cut before does not hear of it. */
  async function untilSent(member: PatroniMember): Promise<void> {
    await untilSeen(
      () => changes.config(member),
      (config) => JSON.stringify(config).includes('"21MB"'),
    );
  }

  test.each([
    { links: ['sql'], exit: 8, code: 'partly_applied' },
    { links: ['rest'], exit: 0, code: null },
    { links: ['etcd'], exit: 8, code: 'partly_applied' },
    { links: ['rest', 'sql', 'etcd'], exit: 8, code: 'partly_applied' },
  ] as const)('a member without $links in the middle', async ({ links, exit, code }) => {
    const changed = await midway(async ({ release }) => {
      for (const link of links) other.cut(link);
      release();
      return Promise.resolve();
    });
    expect([changed.result.exitCode, changed.envelope.error?.code ?? null]).toEqual([exit, code]);
    if (code === null) {
      expect(provenOf(changed, 'work_mem')).toEqual(ALL('in_force'));
      other.heal();
      expect((await changes.finish('rollback', changesetOf(changed).id)).envelope.error).toBeNull();
    } else {
      expect(changed.envelope.error?.details).toEqual({ members: [other.name] });
      expect(changed.envelope.error?.message).toContain(other.name);
      expect(changesetOf(changed).status).toBe('reverted');
      other.heal();
    }
    await expectAsBefore();
  });

  test('a paused cluster takes the change', async () => {
    await cluster.pause(true);
    const changed = await changes.apply(WANTED);
    expect(changed.envelope.error).toBeNull();
    expect(provenOf(changed, 'work_mem')).toEqual(ALL('in_force'));
    const back = await changes.finish('rollback', changesetOf(changed).id);
    expect(back.envelope.error).toBeNull();
    await cluster.pause(false);
    await expectAsBefore();
  });

  test('a switchover in the middle', async () => {
    const old = leader;
    const changed = await midway(async ({ release }) => {
      await cluster.switchover(other);
      release();
    });
    expect(changed.envelope.error).toBeNull();
    expect(provenOf(changed, 'work_mem')).toEqual(ALL('in_force'));
    await meet();
    expect(leader.name).not.toBe(old.name);
    changes.target = leader;
    expect((await changes.finish('rollback', changesetOf(changed).id)).envelope.error).toBeNull();
    await expectAsBefore();
  });

  test('etcd down, before and in the middle', async () => {
    const changed = await midway(async ({ release }) => {
      await cluster.stopEtcd();
      release();
    });
    const refused = await changes.apply(WANTED, BRIEF);
    cluster.startEtcd();
    expect([refused.result.exitCode, refused.envelope.error?.code]).toEqual([9, 'patroni_unreachable']);
    expect([changed.result.exitCode, changesetOf(changed).status]).toEqual([8, 'interrupted']);
    await meet();
    const [left] = await changes.unfinished();
    expect(left?.id).toBe(changesetOf(changed).id);
    expect((await changes.finish('rollback', left?.id ?? '')).envelope.error).toBeNull();
    await expectAsBefore();
  });

  test('kill -9 of the leader while its members prove the change', async () => {
    const killed = leader;
    const changed = await midway(async ({ release }) => {
      other.cut('etcd');
      release();
      await untilSent(leader);
      await killed.kill();
    });
    other.heal();
    changes.target = replica;
    const newest = await changes.newest();
    expect(newest.id).toBe(changesetOf(changed).id);
    expect(newest.status).toBe(changesetOf(changed).status);
    expect(changed.result.exitCode).toBe(8);
    expect(changed.envelope.error?.message).toContain(killed.name);
    killed.start();
    await meet();
    for (const { id } of await changes.unfinished())
      expect((await changes.finish('rollback', id)).envelope.error).toBeNull();
    await expectAsBefore();
  });

  test('kill -9 of the leader and of pgdba', async () => {
    const killed = leader;
    const died = midway(async ({ running, release }) => {
      other.cut('etcd');
      release();
      await untilSent(leader);
      running.kill('SIGKILL');
      await killed.kill();
    });
    await expect(died).rejects.toThrow();
    other.heal();
    changes.target = replica;
    const [left] = await changes.unfinished();
    expect(left).toMatchObject({ reason: 'interrupted' });
    const back = await changes.finish('rollback', left?.id ?? '');
    expect(back.envelope.error).toBeNull();
    expect(back.envelope.warnings.map(({ code }) => code)).toContain('member_unproven');
    killed.start();
    await expectAsBefore();
  });
});
