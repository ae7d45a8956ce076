import { PgdbaError } from '../core/errors.js';
import { settlingMs } from './dcsLimits.js';
import { lagsOf, replayOf, type LagLimits } from './restartLag.js';
import type { RestartPlan, RestartStep } from './restartPlan.js';
import { leads, type RestartMember, type RestartSight, type RestartSql } from './restartSight.js';
import { syncStandbysIn } from './syncStandbys.js';
import { unheardOf } from './restartWaiting.js';

/** Why a member must not be restarted now. */
export interface Obstacle {
  /** Null when it is the whole cluster's. */
  readonly member: string | null;
  readonly about:
    'leader' | 'schedule' | 'dcs' | 'state' | 'sql' | 'files' | 'pending' | 'lag' | 'replay' | 'sync';
  readonly message: string;
  /** Whether it may pass by itself. */
  readonly passing: boolean;
}

/** What is to be restarted next, and what the cluster must be like for it. */
export interface Gate extends LagLimits {
  readonly step: RestartStep;
  readonly plan: Pick<RestartPlan, 'leader' | 'steps' | 'syncStandbys'>;
}

const RUNS = new Set(['running', 'streaming', 'in archive recovery']);

type Finding = Pick<Obstacle, 'member' | 'message'>;

interface Guard {
  readonly about: Obstacle['about'];
  readonly passing: boolean;
  readonly find: (sight: RestartSight, gate: Gate) => readonly Finding[];
}

const GUARDS: readonly Guard[] = [
  {
    about: 'leader',
    passing: true,
    find: ({ members }) =>
      members.some(leads) ? [] : [{ member: null, message: 'nobody leads the cluster' }],
  },
  {
    about: 'leader',
    passing: false,
    find: ({ members }, { plan }) => {
      const now = members.find(leads)?.listed.name;
      if (now === undefined || now === plan.leader) return [];
      return [
        { member: now, message: `${now} leads now, and the plan was made for ${plan.leader ?? 'nobody'}` },
      ];
    },
  },
  {
    about: 'schedule',
    passing: false,
    find: ({ view }) =>
      view.scheduled_switchover === undefined
        ? []
        : [
            {
              member: null,
              message: `a switchover is scheduled for ${view.scheduled_switchover.at ?? 'later'}`,
            },
          ],
  },
  {
    about: 'schedule',
    passing: false,
    find: ({ members }) =>
      members.flatMap(({ listed, own }) => {
        const at = (own instanceof PgdbaError ? listed : own).scheduled_restart?.schedule;
        return at === undefined
          ? []
          : [{ member: listed.name, message: `a restart of it is scheduled for ${at}` }];
      }),
  },
  {
    about: 'dcs',
    passing: true,
    find: ({ members }) =>
      members.flatMap(({ listed, own }) =>
        own instanceof PgdbaError || own.cluster_unlocked !== true
          ? []
          : [{ member: listed.name, message: 'it knows of no leader in the DCS' }],
      ),
  },
  { about: 'dcs', passing: true, find: outOfReachOfDcs },
  { about: 'state', passing: true, find: ({ members }) => members.flatMap(stateOf) },
  {
    about: 'sql',
    passing: true,
    find: ({ members }, { step }) =>
      members
        .filter(({ listed }) => listed.name === step.member)
        .flatMap(({ listed, sql }) =>
          sql instanceof PgdbaError
            ? [{ member: listed.name, message: `what the restart does could not be proved: ${sql.message}` }]
            : [],
        ),
  },
  {
    about: 'files',
    passing: false,
    // Of every member whose turn comes: what cannot be finished is not begun.
    find: ({ members }, { plan }) =>
      members
        .filter(({ listed }) => plan.steps.some(({ member }) => member === listed.name))
        .flatMap(({ listed, sql }) => (sql instanceof PgdbaError ? [] : filesOf(listed.name, sql))),
  },
  {
    about: 'pending',
    passing: true,
    find: ({ members, config }) =>
      members.flatMap((member) => {
        const names = unheardOf(member, config);
        if (names.length === 0) return [];
        const message =
          `it has another ${names.join(', ')} than the DCS and does not say that a restart is pending: the change is a ` +
          'moment old, or its configuration files have an error';
        return [{ member: member.listed.name, message }];
      }),
  },
  { about: 'lag', passing: true, find: lagsOf },
  { about: 'replay', passing: true, find: replayOf },
  {
    about: 'sync',
    passing: true,
    find: ({ members }, { plan }) => {
      const now = syncStandbysIn(members.map(({ listed }) => listed));
      if (now >= plan.syncStandbys) return [];
      const words = `${String(now)} synchronous standbys, and there were ${String(plan.syncStandbys)}`;
      return [{ member: null, message: `the cluster has ${words}` }];
    },
  },
];

/** All that stands against the next step; empty when the member may be restarted. */
export function obstaclesTo(sight: RestartSight, gate: Gate): readonly Obstacle[] {
  return GUARDS.flatMap(({ about, passing, find }) =>
    find(sight, gate).map((finding) => ({ ...finding, about, passing })),
  );
}

/** Whoever has lost the DCS neither restarts when told nor takes over; the others have seen it since. */
function outOfReachOfDcs({ members, config }: RestartSight): readonly Finding[] {
  const seen = members.flatMap(({ listed, own }) =>
    own instanceof PgdbaError || own.dcs_last_seen === undefined
      ? []
      : [{ member: listed.name, at: own.dcs_last_seen }],
  );
  const latest = Math.max(...seen.map(({ at }) => at));
  return seen
    .filter(({ at }) => (latest - at) * 1000 > settlingMs(config))
    .map(({ member, at }) => ({
      member,
      message: `it reached the DCS ${String(latest - at)} s before the others did last`,
    }));
}

/** Every member must run and say so itself: the one that is restarted is asked to, the others carry on meanwhile. */
function stateOf({ listed, own }: RestartMember): readonly Finding[] {
  const found: string[] = [];
  if (!RUNS.has(listed.state)) found.push(`/cluster says ${listed.state}`);
  if (own instanceof PgdbaError) found.push(`it does not answer: ${own.message}`);
  else if (!RUNS.has(own.state)) found.push(`it says ${own.state} of itself`);
  return found.map((message) => ({ member: listed.name, message }));
}

function filesOf(member: string, { fileErrors }: RestartSql): readonly Finding[] {
  if (fileErrors === null || fileErrors.length === 0) return [];
  return [{ member, message: `with its configuration files it might not start: ${fileErrors.join('; ')}` }];
}
