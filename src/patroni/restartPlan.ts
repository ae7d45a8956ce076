import { PgdbaError } from '../core/errors.js';
import type { RestartMember, RestartSight } from './restartSight.js';
import { leads } from './restartSight.js';
import { directionsOf, type Direction } from './restartDirection.js';
import { isSyncStandby, syncStandbysIn } from './syncStandbys.js';
import { waitingOf, type StagedParameter, type Waiting, type WaitingParameter } from './restartWaiting.js';

/** What is wanted of a restart. */
export interface RestartWish {
  /** Names; null for every member. */
  readonly members: readonly string[] | null;
  /** Only members on which something waits for it. */
  readonly pendingOnly: boolean;
  /** What a change is about to give the DCS: planned as if every member had heard of it. */
  readonly staged?: readonly StagedParameter[];
}

/** `as_it_comes`: nobody but replicas, or nobody at all, is restarted. */
export type Order = 'replicas_first' | 'leader_first' | 'two_rounds' | 'as_it_comes';

/** One restart of one member. */
export interface RestartStep {
  readonly member: string;
  readonly isLeader: boolean;
  /** 2 for the second restart of a replica. */
  readonly round: 1 | 2;
  /** What must be in force afterwards. */
  readonly expects: readonly WaitingParameter[];
  /** Only after it has replayed all that the leader had written when the step began. */
  readonly awaitsReplay: boolean;
  /** Whether Patroni itself knows that it waits, and may be told to restart only then. */
  readonly onlyIfPending: boolean;
}

export interface RestartPlan {
  /** Name of the leader; null when nobody leads. */
  readonly leader: string | null;
  readonly order: Order;
  readonly directions: ReadonlyMap<string, Direction>;
  readonly steps: readonly RestartStep[];
  /** By member; null where it cannot be told. */
  readonly waiting: ReadonlyMap<string, Waiting | null>;
  /** So many synchronous standbys the cluster had; each further step waits until it has them again. */
  readonly syncStandbys: number;
}

/**
 * In which order members are restarted, one at a time. When one of the five parameters is raised the replicas have the
 * higher value before the leader; when one is lowered the leader comes first, and a replica only when it has replayed the
 * leader's new value: Patroni starts it with the old one until then. When one change does both, the replicas are
 * restarted for what is raised, the leader for all, and the replicas again for what is lowered.
 * @throws PgdbaError `usage` for a member that there is not; `standby_ordering` when the members that are wanted cannot be
 * restarted without others
 */
export function planRestart(sight: RestartSight, wish: RestartWish): RestartPlan {
  requireKnown(sight, wish);
  const waiting = new Map(
    sight.members.map((one) => [one.listed.name, waitingOf(one, sight.config, wish.staged)]),
  );
  const leader = sight.members.find(leads) ?? null;
  const directions = directionsOf(leader, waiting);
  const candidates = sight.members.filter(
    ({ listed }) => !wish.pendingOnly || doesWait(waiting.get(listed.name) ?? null),
  );
  const context: Context = { waiting, directions };
  const { order, steps } = stepsOf(candidates, context);
  const wanted = steps.filter(({ member }) => wish.members?.includes(member) ?? true);
  requireOrder(steps, wanted, directions);
  return {
    leader: leader?.listed.name ?? null,
    order,
    directions,
    steps: wanted,
    waiting,
    syncStandbys: syncStandbysIn(sight.view.members),
  };
}

/** Whether anything waits for a restart; not so where it cannot be told. */
export function doesWait(waiting: Waiting | null): boolean {
  return waiting !== null && (waiting.patroni || waiting.sql);
}

/**
 * The error for members of which nobody can tell whether something waits there: to leave them out could be wrong, to
 * restart them too. Null when there are none among those wanted.
 */
export function untoldError({ waiting }: RestartPlan, wish: RestartWish): PgdbaError | null {
  const untold = [...waiting]
    .filter(([name, known]) => known === null && (wish.members?.includes(name) ?? true))
    .map(([name]) => name);
  if (untold.length === 0) return null;
  return new PgdbaError(
    'restart_not_safe',
    `nothing was restarted: ${untold.join(', ')} cannot be asked over REST and SQL, so that nobody can tell what waits there`,
    {
      hint: 'data.members says why; --member restarts others alone, where the cluster is well without them.',
    },
  );
}

function requireKnown({ members }: RestartSight, wish: RestartWish): void {
  const names = members.map(({ listed }) => listed.name);
  const unknown = wish.members?.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new PgdbaError('usage', `the cluster has no member ${unknown}`, {
    hint: `Its members are ${names.join(', ')}.`,
  });
}

interface Context {
  readonly waiting: RestartPlan['waiting'];
  readonly directions: ReadonlyMap<string, Direction>;
}

function stepsOf(
  candidates: readonly RestartMember[],
  context: Context,
): { readonly order: Order; readonly steps: readonly RestartStep[] } {
  const replicas = candidates.filter((one) => !leads(one)).sort(byRank(candidates));
  const leaders = candidates.filter(leads);
  const directions = new Set(context.directions.values());
  const lowers = directions.has('lower');
  const isLowered = ({ name }: WaitingParameter): boolean =>
    context.directions.get(name.toLowerCase()) === 'lower';
  const leaderSteps = leaders.map((one) => stepFor(one, 1, context, () => true));
  if (!lowers) {
    const steps = [...replicas.map((one) => stepFor(one, 1, context, () => true)), ...leaderSteps];
    return { order: leaders.length === 0 ? 'as_it_comes' : 'replicas_first', steps };
  }
  const first = replicas
    .map((one) => stepFor(one, 1, context, (parameter) => !isLowered(parameter)))
    .filter(({ expects }) =>
      expects.some(({ name }) => context.directions.get(name.toLowerCase()) === 'raise'),
    );
  const again = new Set(first.map(({ member }) => member));
  const second = replicas
    .map((one) => stepFor(one, again.has(one.listed.name) ? 2 : 1, context, () => true))
    .filter(({ expects, round }) => round === 1 || expects.some(isLowered));
  const order = first.length > 0 ? 'two_rounds' : 'leader_first';
  return { order, steps: [...first, ...leaderSteps, ...second] };
}

function stepFor(
  member: RestartMember,
  round: 1 | 2,
  { waiting, directions }: Context,
  isExpected: (parameter: WaitingParameter) => boolean,
): RestartStep {
  const { name } = member.listed;
  const own = waiting.get(name) ?? null;
  const expects = (own?.parameters ?? []).filter(isExpected);
  const isLeader = leads(member);
  // One that has less than its leader cannot replay on: it needs the restart for that.
  const mustFollow = ({ name: parameter, setting, wanted }: WaitingParameter): boolean =>
    ['lower', 'follow'].includes(directions.get(parameter.toLowerCase()) ?? 'other') &&
    Number(setting.setting) > Number(wanted);
  return {
    ...{ member: name, isLeader, round, expects },
    awaitsReplay: !isLeader && expects.some(mustFollow),
    onlyIfPending: own?.patroni === true,
  };
}

/** Who matters least goes first: no candidate for the lead, then those that feed other replicas, then synchronous ones. */
function byRank(all: readonly RestartMember[]): (a: RestartMember, b: RestartMember) => number {
  const feeds = new Set(all.map(({ listed }) => listed.tags?.['replicatefrom']));
  const rank = ({ listed }: RestartMember): number =>
    (isSyncStandby(listed) ? 4 : 0) +
    (feeds.has(listed.name) ? 2 : 0) +
    (listed.tags?.['nofailover'] === true ? 0 : 1);
  return (a, b) => rank(a) - rank(b) || (a.listed.name < b.listed.name ? -1 : 1);
}

/** Restarting only some must not break the order, nor be for nothing. */
function requireOrder(
  all: readonly RestartStep[],
  wanted: readonly RestartStep[],
  directions: RestartPlan['directions'],
): void {
  for (const step of wanted) {
    const before = all.slice(0, all.indexOf(step)).filter((one) => !wanted.includes(one));
    const sensitive = step.expects.filter(({ name }) =>
      ['raise', 'lower'].includes(directions.get(name.toLowerCase()) ?? 'other'),
    );
    const missing = before.filter((one) => one.isLeader !== step.isLeader);
    if (missing.length === 0 || sensitive.length === 0) continue;
    const names = sensitive.map(({ name }) => name).join(', ');
    throw new PgdbaError(
      'standby_ordering',
      `${step.member} cannot be restarted before ${missing.map(({ member }) => member).join(', ')}: ${names} ` +
        (step.isLeader
          ? 'must be raised on the replicas first'
          : 'must be lowered on the leader first, else a replica starts with the old value again'),
    );
  }
}
