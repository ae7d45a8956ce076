import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PatroniRestartData } from '../../src/patroni/restartData.js';
import { startPatroniCluster, type PatroniCluster, type PatroniMember } from '../support/patroniCluster.js';
import type { PatroniLink } from '../support/patroniNode.js';
import {
  patroniConfig,
  patroniRestart,
  patroniStatus,
  startPatroniRestart,
  untilSeen,
} from './patroniRead.js';

/**
 * What goes wrong around a cluster, one thing after the other. Something always waits for a restart, so that
 * `patroni restart` would begin one where it should not.
 */
describe('a Patroni cluster with cut links', { timeout: 300_000 }, () => {
  let cluster: PatroniCluster;
  let leader: PatroniMember;
  let replica: PatroniMember;
  let other: PatroniMember;

  const asked = (): string[] => [
    ...['--patroni-url', cluster.urls.join(','), '--dsn', cluster.dsn(leader), '--patroni-timeout', '2s'],
  ];
  const brief = (): string[] => [...asked(), '--member-timeout', '1s'];

  async function meet(): Promise<void> {
    const [led, one, two] = await cluster.settled();
    if (one === undefined || two === undefined) throw new Error('there are no replicas');
    [leader, replica, other] = [led, one, two];
  }

  /**
   * Something else than what is in force, in the eyes of every member: one that Patroni has restarted meanwhile, as it may
   * after a failover, has the value in force already, and is given another.
   */
  async function somethingWaits(max_connections: number): Promise<void> {
    let value = max_connections;
    let giveNextMs = 0;
    await untilSeen(
      async () => {
        if (performance.now() >= giveNextMs) {
          const parameters = { max_connections: value++ };
          await cluster.rest(leader, 'PATCH /config', { postgresql: { parameters } });
          giveNextMs = performance.now() + 20_000;
        }
        return Promise.all(cluster.members.map((member) => cluster.rest(member, 'GET /patroni')));
      },
      (told) => told.every(({ body }) => (body as { pending_restart?: boolean }).pending_restart === true),
    );
  }

  async function starts(): Promise<string[]> {
    const sql = 'SELECT pg_postmaster_start_time()::text AS at';
    const rows = await Promise.all(cluster.members.map(({ query }) => query(sql)));
    return rows.map(([row]) => String(row?.['at']));
  }

  /** Two loops after the DCS is back a leader has stepped down, or never will; before, /cluster tells of an older world. */
  async function everybodySawTheDcs(): Promise<void> {
    const enough = Date.now() / 1000 + 5;
    await untilSeen(
      () => Promise.all(cluster.members.map((member) => cluster.rest(member, 'GET /patroni'))),
      (told) => told.every(({ body }) => ((body as { dcs_last_seen?: number }).dcs_last_seen ?? 0) >= enough),
    );
  }

  /** A leader that had to step down, as on a busy machine, comes back on another timeline; Patroni then restarts the rest. */
  async function nobodyRestarts(): Promise<void> {
    const { body } = await cluster.rest(leader, 'GET /patroni');
    if ((body as { readonly timeline?: number }).timeline === 1) return;
    let seen: string[] | null = null;
    let sinceMs = 0;
    await untilSeen(
      () => starts().catch(() => null),
      (now) => {
        if (now === null || String(now) !== String(seen)) sinceMs = performance.now();
        seen = now;
        return now !== null && performance.now() - sinceMs > 15_000;
      },
    );
    await cluster.settled();
  }

  beforeAll(async () => {
    // The shortest ttl that Patroni takes: who dies is missed after it.
    cluster = await startPatroniCluster({ proxied: true, dynamic: { ttl: 20 } });
    await meet();
    await somethingWaits(80);
  }, 200_000);
  afterAll(async () => {
    await cluster.stop();
  });

  interface Cut {
    readonly what: string;
    readonly whose: 'replica' | 'leader';
    readonly links: readonly PatroniLink[];
    readonly kind: 'reset' | 'hang';
    /** Codes of the member's `error` and `sql.error` in patroni status; null where it answers. */
    readonly rest: string | null;
    readonly sql: string | null;
  }

  const unreachable = 'patroni_unreachable';
  const cuts: readonly Cut[] = [
    { what: 'REST port', whose: 'replica', links: ['rest'], kind: 'hang', rest: unreachable, sql: null },
    {
      what: 'PostgreSQL',
      whose: 'replica',
      links: ['sql'],
      kind: 'reset',
      rest: null,
      sql: 'connection_failed',
    },
    { what: 'REST port', whose: 'leader', links: ['rest'], kind: 'reset', rest: unreachable, sql: null },
    {
      what: 'PostgreSQL',
      whose: 'leader',
      links: ['sql'],
      kind: 'reset',
      rest: null,
      sql: 'connection_failed',
    },
    {
      ...{ what: 'every port', whose: 'replica', links: ['rest', 'sql', 'etcd'], kind: 'reset' },
      ...{ rest: unreachable, sql: 'connection_failed' },
    },
  ];

  test.each(cuts)('$what of the $whose ($kind)', async ({ whose, links, kind, rest, sql }) => {
    const victim = whose === 'leader' ? leader : replica;
    const before = await starts();
    for (const link of links) victim.cut(link, kind);
    const [status, config, restart] = await Promise.all([
      patroniStatus(asked()),
      patroniConfig(asked()),
      patroniRestart(brief()),
    ]);
    expect([status.result.exitCode, config.result.exitCode]).toEqual([0, 0]);
    for (const row of status.data.members) {
      const isVictim = row.name === victim.name;
      expect([row.name, row.error?.code ?? null]).toEqual([row.name, isVictim ? rest : null]);
      expect([row.name, row.sql?.error === null]).toEqual([row.name, !(isVictim && sql !== null)]);
    }
    const row = config.data.members.find(({ name }) => name === victim.name);
    expect(row?.reachable).toBe(sql === null);
    expect([restart.result.exitCode, restart.result.envelope.error?.code]).toEqual([9, 'restart_not_safe']);
    expect(restart.result.envelope.error?.message).toContain(victim.name);
    expect(restart.data.steps.map(({ outcome }) => outcome)).toEqual(
      restart.data.steps.map(() => 'not_restarted'),
    );
    victim.heal();
    await cluster.settled();
    expect(await starts()).toEqual(before);
  });

  test('a replica without its etcd', async () => {
    const before = await starts();
    replica.cut('etcd');
    const seen = await untilSeen(
      () => patroniRestart([...asked(), '--dry-run']),
      ({ data, result }) =>
        result.exitCode !== 0 ||
        (data.steps[0]?.obstacles ?? []).some(
          ({ about, member }) => about === 'dcs' && member === replica.name,
        ),
    );
    const obstacle = seen.data.steps[0]?.obstacles.find(({ about }) => about === 'dcs');
    expect(obstacle?.message).toMatch(/reached the DCS \d+ s before|knows of no leader/);
    const { result } = await patroniRestart(brief());
    expect([result.exitCode, result.envelope.error?.code]).toEqual([9, 'restart_not_safe']);
    replica.heal();
    await cluster.settled();
    expect(await starts()).toEqual(before);
  });

  test('etcd down', async () => {
    await cluster.stopEtcd();
    const [status, config, restart] = await Promise.all([
      patroniStatus(asked()),
      patroniConfig(asked()),
      patroniRestart(asked()),
    ]);
    for (const { result } of [status, config, restart]) {
      expect([result.exitCode, result.envelope.error?.code]).toEqual([9, 'patroni_unreachable']);
    }
    expect(status.data.members.map(({ reachable }) => reachable)).toEqual([true, true, true]);
    cluster.startEtcd();
    await everybodySawTheDcs();
    await cluster.settled();
    await nobodyRestarts();
  });

  /** Starts a restart, and cuts the REST port of the second replica so that it stands before it. */
  async function stalled(): Promise<{
    readonly running: Awaited<ReturnType<typeof startPatroniRestart>>;
    readonly first: PatroniMember;
    readonly second: PatroniMember;
  }> {
    await meet();
    const [first, second] = [replica, other].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (first === undefined || second === undefined) throw new Error('there are no replicas');
    const running = await startPatroniRestart([...asked(), '--member-timeout', '100s']);
    await running.stderrMatches(new RegExp(`^${first.name} .*restarting`, 'm'));
    second.cut('rest');
    await running.stderrMatches(
      new RegExp(`^${second.name}: waiting: ${second.name}: it does not answer`, 'm'),
    );
    return { running, first, second };
  }

  test('a REST port that is cut in the middle and comes back', async () => {
    await somethingWaits(85);
    const { running, first, second } = await stalled();
    second.heal();
    const { envelope, exitCode } = await running.result;
    expect([envelope.error, exitCode]).toEqual([null, 0]);
    const { steps } = envelope.data as unknown as PatroniRestartData;
    expect(steps.map(({ member, outcome }) => [member, outcome])).toEqual(
      [first, second, leader].map(({ name }) => [name, 'restarted']),
    );
  });

  test('a switchover in the middle', async () => {
    await somethingWaits(90);
    const { running, first, second } = await stalled();
    const old = leader;
    await cluster.switchover(first);
    second.heal();
    const { envelope, exitCode } = await running.result;
    expect([envelope.error?.code, exitCode]).toEqual(['restart_incomplete', 8]);
    const { steps } = envelope.data as unknown as PatroniRestartData;
    expect(steps.map(({ member, outcome }) => [member, outcome])).toEqual([
      [first.name, 'restarted'],
      [second.name, 'not_restarted'],
      [old.name, 'not_restarted'],
    ]);
    expect(steps[1]?.reason).toContain(`${first.name} leads now`);
    await meet();
    const rest = await patroniRestart(asked());
    expect(rest.result.envelope.error).toBeNull();
  });

  test('a leader that is killed in the middle', async () => {
    await somethingWaits(100);
    const { running, first, second } = await stalled();
    const killed = await cluster.killLeader().finally(() => {
      second.heal();
    });
    const status = await patroniStatus(asked());
    expect(status.result.exitCode).toBe(0);
    expect(status.data.members.find(({ name }) => name === killed.name)).toMatchObject({
      ...{ reachable: false, error: { code: unreachable }, sql: { reachable: false } },
    });
    expect(status.data.disagreements.map(({ member, about }) => [member, about])).toContainEqual([
      killed.name,
      'state',
    ]);
    const { envelope, exitCode } = await running.result;
    expect([envelope.error?.code, exitCode]).toEqual(['restart_incomplete', 8]);
    const { steps } = envelope.data as unknown as PatroniRestartData;
    expect(steps[0]).toMatchObject({ member: first.name, outcome: 'restarted' });
    expect(steps.at(-1)).toMatchObject({ member: killed.name, outcome: 'not_restarted' });
    killed.start();
    await meet();
    const rest = await patroniRestart(asked());
    expect(rest.result.envelope.error).toBeNull();
    expect(leader.name).not.toBe(killed.name);
  });
});
