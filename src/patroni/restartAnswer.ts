import { PgdbaError } from '../core/errors.js';
import { maskSecrets } from '../core/mask.js';
import { isFine, type StepOutcome } from './restartOutcome.js';
import type { PatroniRestartData } from './restartData.js';
import type { Obstacle } from './restartObstacles.js';
import { doesWait, type RestartPlan, type RestartStep } from './restartPlan.js';
import { valuesOf, type ProvedValue } from './restartProof.js';
import type { RestartMember, RestartSight } from './restartSight.js';

/** What a restart, or its plan, came to; `data` is told beside an error, too. */
export interface RestartAnswer {
  readonly data: PatroniRestartData;
  readonly error: PgdbaError | null;
}

interface Answered {
  readonly sight: RestartSight;
  readonly plan: RestartPlan;
  readonly maxLagBytes: number;
  /** What stands against the first step, of a dry run. */
  readonly obstacles: readonly Obstacle[];
  /** Null for a dry run. */
  readonly outcomes: readonly StepOutcome[] | null;
}

/** data of `patroni restart`; secrets masked. */
export function restartData({ sight, plan, maxLagBytes, obstacles, outcomes }: Answered): PatroniRestartData {
  const names = [...plan.waiting.values()].flatMap((one) => one?.parameters.map(({ name }) => name) ?? []);
  const { view, members } = sight;
  return {
    dry_run: outcomes === null,
    scope: view.scope ?? scopeOf(members),
    leader: plan.leader,
    paused: view.pause === true,
    order: plan.order,
    parameters: [...new Set(names)]
      .sort()
      .map((name) => ({ name, direction: plan.directions.get(name.toLowerCase()) ?? 'other' })),
    max_lag_bytes: maxLagBytes,
    members: members.map((member) => memberRow(member, plan)),
    steps:
      outcomes === null
        ? plan.steps.map((step, i) => plannedRow(step, i === 0 ? obstacles : []))
        : outcomes.map(outcomeRow),
  };
}

function memberRow(member: RestartMember, plan: RestartPlan): PatroniRestartData['members'][number] {
  const { listed, own, sql } = member;
  const waiting = plan.waiting.get(listed.name) ?? null;
  const error = own instanceof PgdbaError ? own : sql instanceof PgdbaError ? sql : null;
  return {
    name: listed.name,
    role: listed.role,
    waits: waiting === null ? null : doesWait(waiting),
    waits_by_patroni: waiting?.patroni ?? null,
    waits_by_sql: waiting?.sql ?? null,
    error: error === null ? null : { code: error.code, message: maskSecrets(error.message) },
  };
}

/** Patroni 3 tells it in /patroni alone. */
function scopeOf(members: readonly RestartMember[]): string | null {
  const answered = members.flatMap(({ own }) => (own instanceof PgdbaError ? [] : [own]));
  return answered[0]?.patroni.scope ?? null;
}

type StepRow = PatroniRestartData['steps'][number];

function plannedRow(step: RestartStep, obstacles: readonly Obstacle[]): StepRow {
  return {
    ...stepRow(step, valuesOf(step, null), obstacles),
    ...{ outcome: 'planned', reason: null, started_before: null, started_after: null, duration_ms: null },
  };
}

function outcomeRow(outcome: StepOutcome): StepRow {
  const { step, values, obstacles, startedBefore, startedAfter, durationMs, reason } = outcome;
  return {
    ...stepRow(step, values, obstacles),
    outcome: outcome.outcome,
    reason: reason === null ? null : maskSecrets(reason),
    started_before: startedBefore,
    started_after: startedAfter,
    duration_ms: durationMs,
  };
}

function stepRow(
  { member, isLeader, round, awaitsReplay }: RestartStep,
  values: readonly ProvedValue[],
  obstacles: readonly Obstacle[],
): Pick<StepRow, 'member' | 'role' | 'round' | 'awaits_replay' | 'parameters' | 'obstacles'> {
  return {
    ...{ member, role: isLeader ? 'leader' : 'replica', round, awaits_replay: awaitsReplay },
    parameters: values.map(({ inForce, ...value }) => ({ ...value, in_force: inForce })),
    obstacles: obstacles.map((one) => ({
      member: one.member,
      about: one.about,
      message: maskSecrets(one.message),
    })),
  };
}

/**
 * The error that outcomes stand for; null when every member is as planned. `restart_incomplete` (8) as soon as one was
 * touched; else nothing was done, and the error is why: Patroni’s own, or `restart_not_safe` (9).
 */
export function restartError(outcomes: readonly StepOutcome[]): PgdbaError | null {
  const stopped = outcomes.find((one) => !isFine(one));
  if (stopped === undefined) return null;
  const { member } = stopped.step;
  const words = `${member}: ${stopped.outcome}: ${stopped.reason ?? ''}`;
  const wasTouched = outcomes.some(({ outcome }) => TOUCHED.has(outcome));
  if (!wasTouched) {
    const { error } = stopped;
    if (error === null) return new PgdbaError('restart_not_safe', `nothing was restarted: ${words}`);
    const { code, hint, details } = error;
    return new PgdbaError(code, `nothing was restarted: ${member}: ${error.message}`, {
      hint,
      ...(details === undefined ? {} : { details }),
    });
  }
  const done = outcomes.filter(isFine).map(({ step }) => step.member);
  const open = outcomes.filter((one) => one.outcome === 'not_restarted').map(({ step }) => step.member);
  const list = (names: readonly string[]): string => (names.length === 0 ? 'nobody' : names.join(', '));
  return new PgdbaError(
    'restart_incomplete',
    `${words}; as planned: ${list(done)}; not restarted: ${list([...new Set(open)])}`,
  );
}

const TOUCHED: ReadonlySet<StepOutcome['outcome']> = new Set(['restarted', 'failed', 'unknown']);
