import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changedOf, changesetFile, changesetOf, type Changed } from '../support/changes.js';
import { until } from '../support/inspected.js';
import { counting, countedIn, killAt } from '../support/killAt.js';
import { startPatroniCluster, type PatroniCluster, type PatroniMember } from '../support/patroniCluster.js';
import { startProxy, type Proxy } from '../support/proxy.js';
import type { RunningCli } from '../support/runCli.js';
import { PatroniChanges, provenOf } from './patroniChanges.js';

const WANTED = { work_mem: '21MB', max_wal_size: '2GB' };
const APPLY = ['config', 'apply', '--file', '-', '--wait', '10s'];

describe('what is left of a change through Patroni that was struck', { timeout: 300_000 }, () => {
  let cluster: PatroniCluster;
  let leader: PatroniMember;
  let replica: PatroniMember;
  let home: string;
  let changes: PatroniChanges;
  let before: string;

  beforeAll(async () => {
    // Who is down stays a member for the ttl: longer than a busy machine takes for what a test does meanwhile.
    cluster = await startPatroniCluster({ dynamic: { ttl: 300 } });
    const [first, second] = await cluster.settled();
    [leader, replica] = [first, second ?? first];
    home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
    changes = new PatroniChanges(cluster, home, leader);
    before = JSON.stringify(await changes.config());
  }, 200_000);
  afterAll(async () => {
    await cluster.stop();
    await rm(home, { recursive: true });
  });

  /** What an earlier test has left, should it have failed. */
  beforeEach(async () => {
    for (const { id } of await changes.unfinished()) await changes.finish('rollback', id, ['--force']);
    if (JSON.stringify(await changes.config()) === before) return;
    await changes.patch({ postgresql: { parameters: { work_mem: '5MB', max_wal_size: null } } });
    await expect.poll(() => changes.shown('work_mem'), { timeout: 30_000 }).toEqual(['5MB', '5MB', '5MB']);
  });

  async function expectRestored(): Promise<void> {
    expect(await changes.unfinished()).toEqual([]);
    const told = await Promise.all(cluster.members.map((member) => changes.config(member)));
    expect(told.map((config) => JSON.stringify(config))).toEqual(told.map(() => before));
    expect(await changes.shown('work_mem')).toEqual(['5MB', '5MB', '5MB']);
  }

  /** Applies through a proxy before the leader's REST API, and does something while the PATCH is under way. */
  async function interfere(
    deed: (apply: { readonly running: RunningCli; readonly proxy: Proxy }) => Promise<void>,
    args: readonly string[] = [],
  ): Promise<Changed> {
    const { hostname, port } = new URL(leader.url);
    const proxy = await startProxy({
      target: { host: hostname, port: Number(port) },
      rules: { holdAt: /"work_mem"/ },
    });
    const others = cluster.urls.filter((url) => url !== leader.url);
    const through = new PatroniChanges(cluster, home, changes.target, [
      `http://${proxy.host}:${String(proxy.port)}`,
      ...others,
    ]);
    try {
      const running = await through.start([...APPLY, ...args], { input: changesetFile(WANTED) });
      const isHeld = (): true | undefined => (proxy.connections.some(({ held }) => held) ? true : undefined);
      if ((await Promise.race([running.result, until(isHeld)])) === true) await deed({ running, proxy });
      return changedOf(await running.result);
    } finally {
      await proxy.close();
    }
  }

  test('kill -9 at the steps of the journal is named by config history and repaired by one command', async () => {
    const file = join(home, 'operations');
    const whole = await changes.apply(WANTED, [], { env: counting(file) });
    expect(whole.envelope.error).toBeNull();
    await changes.finish('rollback', changesetOf(whole).id);
    const operations = await countedIn(file);
    // What is durable is what counts: from the first intent to the last word.
    const durable = operations.flatMap(({ name }, i) =>
      /^(datasync|sync|rename)$/.test(name) ? [i + 1] : [],
    );
    expect(durable.length).toBeGreaterThan(15);
    const seen: string[] = [];
    for (const [i, n] of durable.slice(-18).entries()) {
      if (i % 3 !== 0) continue;
      const result = await changes.run(APPLY, { input: changesetFile(WANTED), env: killAt('kill', n) });
      const where = `${String(n)}: ${result.stdout.slice(0, 2000)}`;
      const [left, ...others] = await changes.unfinished();
      expect(others, where).toEqual([]);
      // The lock's heartbeat counts, too, so that the last of them may come after the end.
      seen.push(result.signal === 'SIGKILL' && left !== undefined ? left.reason : 'done, or not begun');
      if (left !== undefined && seen.length % 2 === 0) {
        const refused = await changes.apply({ work_mem: '6MB' });
        expect(refused.envelope.error?.code, where).toBe('changeset_unfinished');
        const resumed = await changes.finish('resume', left.id);
        expect(resumed.envelope.error, where).toBeNull();
        expect(provenOf(resumed, 'work_mem')).toEqual({ n1: 'in_force', n2: 'in_force', n3: 'in_force' });
        expect(await changes.shown('work_mem')).toEqual(['21MB', '21MB', '21MB']);
      }
      const newest = await changes.newest();
      if (left !== undefined || newest.status === 'applied') {
        const back = await changes.finish('rollback', left?.id ?? newest.id);
        expect(back.envelope.error, where).toBeNull();
      }
      await expectRestored();
    }
    expect(seen.filter((reason) => reason === 'interrupted').length).toBeGreaterThan(2);
  });

  test('kill -9 while the PATCH is under way is repaired', async () => {
    const { hostname, port } = new URL(leader.url);
    const proxy = await startProxy({
      target: { host: hostname, port: Number(port) },
      rules: { holdAt: /"work_mem"/ },
    });
    const through = new PatroniChanges(cluster, home, leader, [`http://${proxy.host}:${String(proxy.port)}`]);
    const running = await through.start(APPLY, { input: changesetFile(WANTED) });
    await until(() => (proxy.connections.some(({ held }) => held) ? true : undefined));
    running.kill('SIGKILL');
    await running.result;
    await proxy.close();
    const [left] = await changes.unfinished();
    expect(left).toMatchObject({ reason: 'interrupted' });
    expect((await changes.finish('rollback', left?.id ?? '')).envelope.error).toBeNull();
    await expectRestored();
  });

  test('an interruption while the PATCH is under way takes the change back', async () => {
    const changed = await interfere(async ({ running, proxy }) => {
      running.kill('SIGINT');
      proxy.setRules({});
      proxy.release();
      return Promise.resolve();
    });
    expect(changed.result.exitCode).toBe(130);
    expect(changed.envelope.error?.message).toContain('every step was taken back');
    expect(changed.data?.changeset?.status).toBe('reverted');
    await expectRestored();
  });

  test('a PATCH that comes into force after the change was taken back is taken back, too', async () => {
    const deed: Parameters<typeof interfere>[0] = async ({ running, proxy }) => {
      running.kill('SIGINT');
      proxy.setRules({});
      // Its answer is awaited no longer, and the DCS was found as it shall be.
      await until(() => (proxy.connections.some((one) => one.serverBytes > 0) ? true : undefined));
      proxy.release();
    };
    const changed = await interfere(deed, ['--patroni-timeout', '1s']);
    expect(changed.result.exitCode).toBe(130);
    expect(changed.data?.changeset?.status).toBe('reverted');
    await expectRestored();
  });

  test('somebody who changes the same key meanwhile is not overwritten in silence', async () => {
    const applied = await changes.apply({ work_mem: '30MB' });
    await changes.patch({ postgresql: { parameters: { work_mem: '31MB' } } });
    const refused = await changes.finish('resume', changesetOf(applied).id);
    // It is done with: resuming it changes nothing.
    expect(refused.data).toMatchObject({ changed: false });
    expect(await changes.config()).toMatchObject({ postgresql: { parameters: { work_mem: '31MB' } } });
    await changes.patch({ postgresql: { parameters: { work_mem: '5MB' } } });
    await expect.poll(() => changes.shown('work_mem'), { timeout: 30_000 }).toEqual(['5MB', '5MB', '5MB']);
    expect(JSON.stringify(await changes.config())).toBe(before);
  });

  test('a DCS that is away for a moment while the PATCH is under way', async () => {
    const changed = await interfere(async ({ proxy }) => {
      await cluster.stopEtcd();
      proxy.release();
      await new Promise((resolve) => setTimeout(resolve, 2000));
      cluster.startEtcd();
    });
    await cluster.settled();
    // The PATCH was answered, tried again, or given up; whatever it was, the envelope says it and a command repairs it.
    const { status, id } = changesetOf(changed);
    expect(['applied', 'reverted', 'interrupted']).toContain(status);
    if (status === 'applied') expect(await changes.shown('work_mem')).toEqual(['21MB', '21MB', '21MB']);
    if (status !== 'reverted') expect((await changes.finish('rollback', id)).envelope.error).toBeNull();
    await expectRestored();
  });

  test('a leader that goes down in the middle is named, and the others are taken back', async () => {
    changes.target = replica;
    const changed = await interfere(async ({ proxy }) => {
      await leader.stop();
      proxy.release();
    });
    expect(changed.result.exitCode).toBe(8);
    expect(changed.envelope.error).toMatchObject({
      code: 'partly_applied',
      details: { members: [leader.name] },
    });
    expect(changesetOf(changed).status).toBe('reverted');
    expect(await changes.unfinished()).toEqual([]);
    const left = await Promise.all(
      cluster.members.filter((member) => member !== leader).map((member) => changes.config(member)),
    );
    expect(left.map((config) => JSON.stringify(config))).toEqual([before, before]);

    const refused = await changes.apply({ work_mem: '22MB' });
    expect(refused.result.exitCode).toBe(9);
    expect(refused.envelope.error).toMatchObject({ code: 'member_unreachable' });
    const kept = await changes.apply({ work_mem: '22MB' }, ['--keep-partial', '--patroni-wait', '3s']);
    expect(kept.envelope.error?.code).toBe('partly_applied');
    expect(provenOf(kept, 'work_mem')[leader.name]).toBe('unreachable');
    const back = await changes.finish('rollback', changesetOf(kept).id);
    expect(back.envelope.error).toBeNull();
    expect(back.envelope.warnings.map(({ code }) => code)).toContain('member_unproven');
    leader.start();
    await cluster.settled();
    await expect.poll(() => changes.shown('work_mem'), { timeout: 30_000 }).toEqual(['5MB', '5MB', '5MB']);
    await expectRestored();
  });
});
