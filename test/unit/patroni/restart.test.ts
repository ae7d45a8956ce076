import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PgdbaError } from '../../../src/core/errors.js';
import { restartData, restartError } from '../../../src/patroni/restartAnswer.js';
import { carryOutRestart } from '../../../src/patroni/restartCarryOut.js';
import type { StepOutcome } from '../../../src/patroni/restartOutcome.js';
import { planRestart, untoldError, type RestartWish } from '../../../src/patroni/restartPlan.js';
import { expectValid } from '../../support/documentSchemas.js';
import { DEFAULTS, World, type Values } from './restartWorld.js';

const NAMES = ['n1', 'n2', 'n3'];
const ALL: RestartWish = { members: null, pendingOnly: true };
const LIMITS = { memberTimeoutMs: 60_000, maxLagBytes: 1000 };

function world(wanted: Partial<typeof DEFAULTS> | Values, now: Values = DEFAULTS): World {
  return new World(NAMES, now, { ...DEFAULTS, ...wanted });
}

async function restarted(one: World, wish: RestartWish = ALL): Promise<readonly StepOutcome[]> {
  const sight = one.sight();
  const plan = planRestart(sight, wish);
  const outcomes = await carryOutRestart(plan, LIMITS, one.deps());
  const common = { sight, plan, maxLagBytes: 1000, obstacles: [] };
  expectValid('patroni-restart.schema.json', restartData({ ...common, outcomes }));
  expectValid('patroni-restart.schema.json', restartData({ ...common, outcomes: null }));
  return outcomes;
}

const told = (outcomes: readonly StepOutcome[]): string[] =>
  outcomes.map(({ step, outcome }) => `${step.member} ${outcome}`);

function steps(one: World, wish: RestartWish = ALL): string[] {
  const plan = planRestart(one.sight(), wish);
  const of = plan.steps.map(
    ({ member, round, awaitsReplay, expects }) =>
      `${member}/${String(round)}${awaitsReplay ? ' after replay' : ''}: ${expects.map(({ name }) => name).join()}`,
  );
  return [plan.order, ...of];
}

describe('the plan of an ordered restart', () => {
  test('raises on replicas first', () => {
    expect(steps(world({ max_connections: 200 }))).toEqual([
      'replicas_first',
      'n2/1: max_connections',
      'n3/1: max_connections',
      'n1/1: max_connections',
    ]);
  });

  test('lowers on the leader first, and awaits replay', () => {
    expect(steps(world({ max_worker_processes: 4 }))).toEqual([
      'leader_first',
      'n1/1: max_worker_processes',
      'n2/1 after replay: max_worker_processes',
      'n3/1 after replay: max_worker_processes',
    ]);
  });

  test('does both in two rounds', () => {
    const both = 'max_connections,max_worker_processes';
    expect(steps(world({ max_worker_processes: 4, max_connections: 200 }))).toEqual([
      'two_rounds',
      'n2/1: max_connections',
      'n3/1: max_connections',
      `n1/1: ${both}`,
      `n2/2 after replay: ${both}`,
      `n3/2 after replay: ${both}`,
    ]);
  });

  test('restarts whoever waits for something that only SQL knows, unconditionally', async () => {
    const one = world({});
    one.member('n3').sqlPending = true;
    expect(steps(one)).toEqual(['as_it_comes', 'n3/1: shared_buffers']);
    expect(told(await restarted(one))).toEqual(['n3 restarted']);
    expect(one.asked).toEqual([{ member: 'n3', body: {} }]);
  });

  test('takes a change that was taken back for none, though the flag stays', () => {
    const one = world({});
    one.member('n3').takenBack = true;
    expect(steps(one)).toEqual(['as_it_comes']);
  });

  test('goes on where another was stopped', () => {
    const raised = world({ max_connections: 200 });
    raised.member('n2').values = { ...DEFAULTS, max_connections: 200 };
    raised.member('n2').pending = false;
    expect(steps(raised)).toEqual(['replicas_first', 'n3/1: max_connections', 'n1/1: max_connections']);
    const lowered = world({ max_connections: 50 });
    lowered.member('n1').values = { ...DEFAULTS, max_connections: 50 };
    lowered.member('n1').pending = false;
    expect(steps(lowered)).toEqual([
      'as_it_comes',
      'n2/1 after replay: max_connections',
      'n3/1 after replay: max_connections',
    ]);
  });

  test('has a value below Patroni’s least as Patroni’s default', () => {
    expect(steps(world({ max_connections: 20 }, { ...DEFAULTS, max_connections: 60 }))[0]).toBe(
      'replicas_first',
    );
  });

  test('takes candidates for the lead, who feeds others, and synchronous standbys last', () => {
    const one = new World(['n1', 'n2', 'n3', 'n4', 'n5'], DEFAULTS, { ...DEFAULTS, max_connections: 200 });
    one.member('n2').role = 'sync_standby';
    one.member('n3').tags = { replicatefrom: 'n4', nofailover: true };
    expect(planRestart(one.sight(), ALL).steps.map(({ member }) => member)).toEqual([
      'n3',
      'n5',
      'n4',
      'n2',
      'n1',
    ]);
  });

  test('refuses the leader without its replicas, replicas without their leader, and strangers', () => {
    const only = (members: string[]): RestartWish => ({ members, pendingOnly: true });
    const raise = world({ max_connections: 200 }).sight();
    expect(() => planRestart(raise, only(['n1']))).toThrow(/n1 cannot be restarted before n2, n3/);
    expect(() => planRestart(raise, only(['n9']))).toThrow(/no member n9/);
    expect(planRestart(raise, only(['n3'])).steps.map(({ member }) => member)).toEqual(['n3']);
    const lower = world({ max_connections: 50 }).sight();
    expect(() => planRestart(lower, only(['n2']))).toThrow(/must be lowered on the leader first/);
    expect(planRestart(lower, only(['n1'])).steps.map(({ member }) => member)).toEqual(['n1']);
  });

  test('restarts all when told to, and nobody where nothing waits', () => {
    expect(steps(world({}))).toEqual(['as_it_comes']);
    expect(steps(world({}), { members: null, pendingOnly: false })).toEqual([
      'replicas_first',
      ...['n2/1: ', 'n3/1: ', 'n1/1: '],
    ]);
  });

  test('says of whom it cannot be told whether something waits', () => {
    const one = world({ max_connections: 200 });
    one.member('n3').up = false;
    const plan = planRestart(one.sight(), ALL);
    expect(untoldError(plan, ALL)?.message).toMatch(/n3 cannot be asked/);
    expect(untoldError(plan, { members: ['n2'], pendingOnly: true })).toBeNull();
  });
});

describe('an ordered restart', () => {
  const anyValues = fc.record({
    max_connections: fc.integer({ min: 25, max: 500 }),
    max_locks_per_transaction: fc.integer({ min: 32, max: 256 }),
    max_prepared_transactions: fc.integer({ min: 0, max: 50 }),
    max_wal_senders: fc.integer({ min: 3, max: 20 }),
    max_worker_processes: fc.integer({ min: 2, max: 32 }),
  });

  test(
    'whatever changes, one is down at a time, no standby has less than its leader, and all end as wanted',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          anyValues,
          anyValues,
          fc.integer({ min: 0, max: 4 }),
          fc.subarray(['n2', 'n3']),
          async (now, wanted, slowness, synchronous) => {
            const one = new World(NAMES, now, wanted);
            one.looksUntilBack = slowness;
            for (const name of synchronous) one.member(name).role = 'sync_standby';
            const outcomes = await restarted(one);
            expect(outcomes.filter(({ outcome }) => outcome !== 'restarted')).toEqual([]);
            expect(one.sins).toEqual([]);
            for (const member of one.members) {
              expect(member.values).toEqual(wanted);
              expect(member.starts).toBeLessThanOrEqual(3);
            }
            expect(planRestart(one.sight(), ALL).steps).toEqual([]);
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  const refused = new PgdbaError('patroni_refused', 'no', { details: { status: 401 } });
  const said = (text: string): PgdbaError =>
    new PgdbaError('patroni_failed', text, { details: { said: text } });

  test.each<[string, (one: World) => void, string[], string, RegExp]>([
    [
      'a member that does not come back',
      (one) => (one.answer = ({ name }) => (name === 'n3' ? 'never back' : 'ok')),
      ['n2 restarted', 'n3 failed', 'n1 not_restarted'],
      'restart_incomplete',
      /did not come back/,
    ],
    [
      'a member that does not start',
      (one) => (one.answer = () => said('restart failed')),
      ['n2 failed', 'n3 not_restarted', 'n1 not_restarted'],
      'restart_incomplete',
      /restart failed/,
    ],
    [
      'a request that is refused',
      (one) => (one.answer = () => refused),
      ['n2 not_restarted', 'n3 not_restarted', 'n1 not_restarted'],
      'patroni_refused',
      /nothing was restarted/,
    ],
    [
      'an answer that is lost before anything happened',
      (one) => (one.answer = () => 'lost before'),
      ['n2 unknown', 'n3 not_restarted', 'n1 not_restarted'],
      'restart_incomplete',
      /had not been restarted/,
    ],
    [
      'a replica that lags',
      (one) => (one.member('n3').lag = 5000),
      ['n2 not_restarted', 'n3 not_restarted', 'n1 not_restarted'],
      'restart_not_safe',
      /n3: it lacks 5000 bytes/,
    ],
    [
      'a lag that nobody knows',
      (one) => (one.member('n3').lag = 'unknown'),
      ['n2 not_restarted', 'n3 not_restarted', 'n1 not_restarted'],
      'restart_not_safe',
      /nobody knows how much WAL/,
    ],
    [
      'a member in a bad state',
      (one) => (one.member('n1').state = 'stopping'),
      ['n2 not_restarted', 'n3 not_restarted', 'n1 not_restarted'],
      'restart_not_safe',
      /n1: \/cluster says stopping/,
    ],
    [
      'a scheduled switchover',
      (one) => (one.switchover = '2030-01-01'),
      ['n2 not_restarted', 'n3 not_restarted', 'n1 not_restarted'],
      'restart_not_safe',
      /a switchover is scheduled/,
    ],
    [
      'a scheduled restart',
      (one) => (one.member('n1').scheduled = '2030-01-01'),
      ['n2 not_restarted', 'n3 not_restarted', 'n1 not_restarted'],
      'restart_not_safe',
      /n1: a restart of it/,
    ],
    [
      'broken files of a later one',
      (one) => (one.member('n1').fileErrors = ['line 3']),
      ['n2 not_restarted', 'n3 not_restarted', 'n1 not_restarted'],
      'restart_not_safe',
      /n1: with its configuration/,
    ],
    [
      'a member that has not heard of the change',
      (one) => (one.member('n3').pending = false),
      ['n2 not_restarted', 'n1 not_restarted'],
      'restart_not_safe',
      /n3: it has another max_connections than the DCS/,
    ],
    [
      'another leader in the middle',
      (one) =>
        (one.answer = ({ name }) => {
          if (name === 'n3') [one.member('n1').role, one.member('n2').role] = ['replica', 'leader'];
          return 'ok';
        }),
      ['n2 restarted', 'n3 restarted', 'n1 not_restarted'],
      'restart_incomplete',
      /n2 leads now/,
    ],
  ])('is stopped by %s', async (_what, spoil, outcomes, code, message) => {
    const one = world({ max_connections: 200 });
    spoil(one);
    const seen = await restarted(one);
    expect(told(seen)).toEqual(outcomes);
    const error = restartError(seen);
    expect(error?.code).toBe(code);
    expect(error?.message).toMatch(message);
  });

  test('believes SQL where the answer is lost, and sends nothing twice', async () => {
    const one = world({ max_connections: 200 });
    one.answer = () => 'lost';
    const outcomes = await restarted(one);
    expect(told(outcomes)).toEqual(['n2 restarted', 'n3 restarted', 'n1 restarted']);
    expect(outcomes[0]?.reason).toMatch(/SQL shows that it was restarted/);
    expect(one.asked.map(({ member }) => member)).toEqual(['n2', 'n3', 'n1']);
    expect(restartError(outcomes)).toBeNull();
  });

  test('takes who was restarted by somebody else meanwhile for done', async () => {
    const one = world({ max_connections: 200 });
    const deps = one.deps();
    const plan = planRestart(one.sight(), ALL);
    one.member('n2').values = { ...DEFAULTS, max_connections: 200 };
    one.member('n2').pending = false;
    const outcomes = await carryOutRestart(plan, LIMITS, deps);
    expect(told(outcomes)).toEqual(['n2 not_needed', 'n3 restarted', 'n1 restarted']);
  });

  test('waits until there are as many synchronous standbys as before', async () => {
    const one = world({ max_connections: 200 });
    one.member('n3').role = 'sync_standby';
    let looks = 0;
    one.answer = ({ name }) => {
      if (name === 'n3') one.member('n3').role = 'replica';
      return 'ok';
    };
    one.onLook = () => {
      if (one.member('n3').role === 'replica' && ++looks === 20) one.member('n2').role = 'sync_standby';
    };
    expect(told(await restarted(one))).toEqual(['n2 restarted', 'n3 restarted', 'n1 restarted']);
    expect(looks).toBeGreaterThanOrEqual(20);
    expect(one.told.join()).toMatch(/n1: waiting: the cluster has 0 synchronous standbys, and there were 1/);
  });

  test('begins nothing more when the run is ended', async () => {
    const one = world({ max_connections: 200 });
    one.answer = () => {
      one.stop.abort();
      return 'ok';
    };
    const outcomes = await restarted(one);
    expect(told(outcomes).slice(1)).toEqual(['n3 not_restarted', 'n1 not_restarted']);
    expect(one.asked).toHaveLength(1);
  });

  test('finds a leader that leads no more after its restart', async () => {
    const one = world({ max_connections: 50 });
    one.answer = ({ name }) => {
      one.member(name).role = 'replica';
      return 'ok';
    };
    const outcomes = await restarted(one);
    expect(outcomes[0]).toMatchObject({ outcome: 'failed', reason: 'it was restarted and leads no more' });
  });
});
