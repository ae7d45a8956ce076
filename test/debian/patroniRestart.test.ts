import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PatroniRestartData } from '../../src/patroni/restartData.js';
import { startPatroniCluster, type PatroniCluster, type PatroniMember } from '../support/patroniCluster.js';
import { PatroniChanges } from './patroniChanges.js';
import { patroniRestart, startPatroniRestart, untilSeen } from './patroniRead.js';

/** One cluster goes through all of it; each test leaves it as it should be. */
describe('patroni restart', { timeout: 300_000 }, () => {
  let cluster: PatroniCluster;
  let leader: PatroniMember;
  let first: PatroniMember;
  let second: PatroniMember;

  const asked = (): string[] => ['--patroni-url', cluster.urls.join(','), '--dsn', cluster.dsn(leader)];

  beforeAll(async () => {
    cluster = await startPatroniCluster();
    const [led, ...others] = await cluster.settled();
    const [one, other] = others.sort((a, b) => (a.name < b.name ? -1 : 1));
    if (one === undefined || other === undefined) throw new Error('there are no replicas');
    [leader, first, second] = [led, one, other];
    await leader.query('CREATE TABLE work (n bigint)');
  }, 200_000);
  afterAll(async () => {
    await cluster.stop();
  });

  /** Changes the DCS and waits until every member named says that it waits for a restart. */
  async function patch(
    parameters: Readonly<Record<string, unknown>>,
    heard = cluster.members,
  ): Promise<void> {
    await cluster.rest(leader, 'PATCH /config', { postgresql: { parameters } });
    await untilSeen(
      () => Promise.all(heard.map((member) => cluster.rest(member, 'GET /patroni'))),
      (answers) =>
        answers.every(({ body }) => (body as { pending_restart?: boolean }).pending_restart === true),
    );
  }

  async function inForce(name: string): Promise<unknown[]> {
    const members = [first, second, leader];
    return Promise.all(members.map(async ({ query }) => (await query(`SHOW ${name}`))[0]?.[name]));
  }

  async function starts(): Promise<unknown[]> {
    const sql = 'SELECT pg_postmaster_start_time()::text AS at';
    return Promise.all([first, second, leader].map(async ({ query }) => (await query(sql))[0]?.['at']));
  }

  const outcomes = ({ steps }: PatroniRestartData): string[] =>
    steps.map(({ member, outcome }) => `${nameOf(member)} ${outcome}`);
  const nameOf = (member: string): string =>
    member === leader.name ? 'leader' : member === first.name ? 'first' : 'second';

  test('has nothing to do where nothing waits', async () => {
    const { data, result } = await patroniRestart(asked());
    expect([result.exitCode, data.order, data.steps, result.stderr]).toEqual([0, 'as_it_comes', [], '']);
    expect(data.members.map(({ waits }) => waits)).toEqual([false, false, false]);
  });

  test('raises on the replicas first, with work going on; a dry run shows it and does nothing', async () => {
    const before = await starts();
    await patch({ max_connections: 80 });
    const dry = await patroniRestart([...asked(), '--dry-run']);
    expect(dry.data).toMatchObject({ dry_run: true, order: 'replicas_first', scope: 'pgdba-test' });
    expect(outcomes(dry.data)).toEqual(['first planned', 'second planned', 'leader planned']);
    expect(await starts()).toEqual(before);
    const early = await patroniRestart([...asked(), '--member', leader.name]);
    expect([early.result.exitCode, early.result.envelope.error?.code]).toEqual([5, 'standby_ordering']);

    let written = 0;
    let working = true;
    const work = async (): Promise<void> => {
      while (working) {
        await leader.query('INSERT INTO work SELECT generate_series(1, 500)').then(
          () => written++,
          () => new Promise((resolve) => setTimeout(resolve, 100)),
        );
      }
    };
    const worker = work();
    const { data, result } = await patroniRestart(asked());
    working = false;
    await worker;
    expect(result.envelope.error).toBeNull();
    expect(outcomes(data)).toEqual(['first restarted', 'second restarted', 'leader restarted']);
    for (const { parameters, started_before: was, started_after: is, reason } of data.steps) {
      const value = { name: 'max_connections', before: '60', expected: '80', after: '80', in_force: true };
      expect(parameters).toEqual([value]);
      expect(is).not.toBe(was);
      expect(reason).toBeNull();
    }
    expect(result.stderr).toMatch(new RegExp(`^${first.name} \\(replica\\): restarting, 1 of 3\n`));
    expect(result.envelope.warnings).toEqual([]);
    expect(await inForce('max_connections')).toEqual(['80', '80', '80']);
    expect(written).toBeGreaterThan(0);
    const [row] = await leader.query('SELECT count(*)::int AS n FROM work');
    expect(row?.['n']).toBeGreaterThanOrEqual(written * 500);
    expect((await cluster.settled())[0].name).toBe(leader.name);
  });

  test('lowers on the leader first, and restarts for what ALTER SYSTEM left waiting', async () => {
    await second.query("ALTER SYSTEM SET shared_buffers = '24MB'");
    await second.query("ALTER SYSTEM SET max_wal_senders = '30'");
    await first.query("ALTER SYSTEM SET max_wal_senders = '30'");
    await Promise.all([first, second].map(({ query }) => query('SELECT pg_reload_conf()')));
    await untilSeen(
      () => patroniRestart([...asked(), '--dry-run']),
      ({ data }) => data.steps.length === 1,
    );
    const { data, result } = await patroniRestart([...asked()]);
    expect(result.envelope.error).toBeNull();
    // What the command line beats waits for nothing: the other replica is left alone.
    expect(outcomes(data)).toEqual(['second restarted']);
    expect(data.steps[0]?.parameters).toMatchObject([{ name: 'shared_buffers', after: '24MB' }]);
    await patch({ max_connections: 50 });
    const alone = await patroniRestart([...asked(), '--member', first.name]);
    expect(alone.result.envelope.error?.code).toBe('standby_ordering');
    const lowered = await patroniRestart(asked());
    expect(lowered.result.envelope.error).toBeNull();
    expect(lowered.data.order).toBe('leader_first');
    expect(outcomes(lowered.data)).toEqual(['leader restarted', 'first restarted', 'second restarted']);
    expect(lowered.data.steps.map(({ awaits_replay: awaits }) => awaits)).toEqual([false, true, true]);
    expect(await inForce('max_connections')).toEqual(['50', '50', '50']);
  });

  test('does both in two rounds, in a paused cluster', async () => {
    await cluster.pause(true);
    await patch({ max_connections: 70, max_worker_processes: 6 });
    const { data, result } = await patroniRestart(asked());
    expect(result.envelope.error).toBeNull();
    expect(result.envelope.warnings.map(({ code }) => code)).toEqual(['patroni_paused']);
    expect([data.order, data.paused]).toEqual(['two_rounds', true]);
    expect(outcomes(data)).toEqual(
      ['first', 'second', 'leader', 'first', 'second'].map((name) => `${name} restarted`),
    );
    expect(await inForce('max_connections')).toEqual(['70', '70', '70']);
    expect(await inForce('max_worker_processes')).toEqual(['6', '6', '6']);
    await cluster.pause(false);
  });

  test('begins nothing that a broken configuration file would stop', async () => {
    const file = join(second.dataDirectory, 'postgresql.base.conf');
    const text = await readFile(file, 'utf8');
    await appendFile(file, '\nno_such_parameter_here = on\n');
    const before = await starts();
    // Patroni's own reload meets the error, too, and that member says that nothing waits for a restart.
    await patch({ max_connections: 80 }, [first, leader]);
    const silent = await patroniRestart([...asked(), '--member-timeout', '3s']);
    expect([silent.result.exitCode, silent.result.envelope.error?.code]).toEqual([9, 'restart_not_safe']);
    // For a second Patroni says that it waits, and then not any more: either way it stands in the way.
    const [obstacle] = silent.data.steps[0]?.obstacles ?? [];
    expect([obstacle?.member, ['pending', 'files'].includes(obstacle?.about ?? '')]).toEqual([
      second.name,
      true,
    ]);
    const told = await patroniRestart([...asked(), '--no-pending-only', '--member', second.name]);
    expect(told.result.exitCode).toBe(9);
    expect(told.data.steps[0]?.reason).toMatch(/postgresql\.base\.conf line \d+: no_such_parameter_here/);
    expect(await starts()).toEqual(before);
    await writeFile(file, text);
    await cluster.rest(second, 'POST /reload');
    await untilSeen(
      () => patroniRestart([...asked(), '--dry-run']),
      ({ data }) => data.steps.length === 3,
    );
  });

  test('stops when a replica does not come back, and goes on when it is well', async () => {
    const before = await starts();
    // A folder that others may write to is none that PostgreSQL starts in.
    await chmod(second.dataDirectory, 0o777);
    const { data, result } = await patroniRestart(asked());
    expect([result.exitCode, result.envelope.error?.code]).toEqual([8, 'restart_incomplete']);
    expect(outcomes(data)).toEqual(['first restarted', 'second failed', 'leader not_restarted']);
    expect(data.steps[1]?.reason).toMatch(/restart failed.*did not come back/);
    expect(data.steps[2]?.reason).toBe(`${second.name} stopped the rest`);
    const [{ at } = {}] = await leader.query('SELECT pg_postmaster_start_time()::text AS at');
    expect(at).toBe(before[2]);
    const again = await patroniRestart([...asked(), '--member-timeout', '1s']);
    expect([again.result.exitCode, again.result.envelope.error?.code]).toEqual([9, 'restart_not_safe']);
    expect(again.result.envelope.error?.message).toContain(second.name);
    await chmod(second.dataDirectory, 0o700);
    await cluster.settled();
    const rest = await patroniRestart(asked());
    expect(rest.result.envelope.error).toBeNull();
    expect(outcomes(rest.data).at(-1)).toBe('leader restarted');
    expect(await inForce('max_connections')).toEqual(['80', '80', '80']);
  });

  test('keeps a synchronous standby: who is one comes after who is none, and one is there again at the end', async () => {
    await cluster.rest(leader, 'PATCH /config', { synchronous_mode: true });
    const roles = async (): Promise<Record<string, string>> => {
      const { body } = await cluster.rest(leader, 'GET /cluster');
      const { members } = body as { readonly members: readonly { name: string; role: string }[] };
      return Object.fromEntries(members.map(({ name, role }) => [name, role]));
    };
    const named = await untilSeen(roles, (seen) => Object.values(seen).includes('sync_standby'));
    const sync = named[first.name] === 'sync_standby' ? first : second;
    const other = sync === first ? second : first;
    const home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
    const changes = new PatroniChanges(cluster, home, leader);
    const own = await changes.apply({ synchronous_standby_names: other.name });
    expect(own.envelope.error?.code).toBe('parameter_overridden');
    const ranks: unknown[] = [];
    const watch = { isOver: false };
    const rank = `SELECT count(*)::int AS n FROM pg_stat_replication WHERE sync_state = 'sync'`;
    const watching = (async () => {
      while (!watch.isOver) {
        ranks.push((await leader.query(rank).catch(() => []))[0]?.['n'] ?? null);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    const applied = await changes.apply({ work_mem: '6MB', max_connections: '85' }, ['--restart']);
    const after = await roles();
    watch.isOver = true;
    await watching;
    expect(applied.envelope.error).toBeNull();
    expect(applied.envelope.warnings).toEqual([]);
    const { steps = [] } = applied.data?.restart ?? {};
    expect(steps.map(({ member, outcome }) => [member, outcome])).toEqual(
      [other, sync, leader].map(({ name }) => [name, 'restarted']),
    );
    // As long as the leader runs somebody is synchronous, whoever is restarted, and somebody is when it is over.
    const restart = ranks.indexOf(null);
    expect(ranks.slice(0, restart).length).toBeGreaterThan(10);
    expect(new Set(ranks.slice(0, restart))).toEqual(new Set([1]));
    expect(Object.values(after).filter((role) => role === 'sync_standby')).toHaveLength(1);
    await rm(home, { recursive: true });
    await cluster.rest(leader, 'PATCH /config', { synchronous_mode: null });
    await untilSeen(roles, (seen) => !Object.values(seen).includes('sync_standby'));
  });

  test('is refused with a wrong password, and tells what it did when it is interrupted', async () => {
    await patch({ max_connections: 90 });
    const before = await starts();
    const wrong = await patroniRestart(asked(), { env: { PGDBA_PATRONI_PASSWORD: 'hush-hush' } });
    expect([wrong.result.exitCode, wrong.result.envelope.error?.code]).toEqual([9, 'patroni_refused']);
    expect(wrong.result.stdout + wrong.result.stderr).not.toContain('hush-hush');
    expect(await starts()).toEqual(before);
    const running = await startPatroniRestart(asked());
    await running.stderrMatches(new RegExp(`^${first.name}: restarted`, 'm'));
    running.kill('SIGINT');
    const { exitCode, envelope } = await running.result;
    const steps = outcomes(envelope.data as unknown as PatroniRestartData);
    expect(steps[0]).toBe('first restarted');
    expect(steps.at(-1)).toBe('leader not_restarted');
    // The next one may have been told already, and nobody waited to see it come back.
    const inDoubt = steps.some((step) => /unknown|failed/.test(step));
    expect([envelope.error?.code, exitCode]).toEqual(
      inDoubt ? ['restart_incomplete', 8] : ['interrupted', 130],
    );
    await cluster.settled();
    const rest = await patroniRestart(asked());
    expect(rest.result.envelope.error).toBeNull();
    expect(await inForce('max_connections')).toEqual(['90', '90', '90']);
  });
});
