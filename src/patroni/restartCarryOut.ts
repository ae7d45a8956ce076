import type { Clock } from '../core/clock.js';
import { PgdbaError } from '../core/errors.js';
import type { RestartOutcome } from './client.js';
import { obstaclesTo, settlingMs, type Gate, type Obstacle } from './restartObstacles.js';
import type { RestartPlan, RestartStep } from './restartPlan.js';
import { proveRestart, valuesOf, type Proof, type ProvedValue } from './restartProof.js';
import { leads, type RestartMember, type RestartSight, type RestartSql } from './restartSight.js';

/** The cluster, as a restart sees and changes it. */
export interface RestartDeps {
  /** Looks at everything. @throws PgdbaError when nobody gives /config and /cluster */
  readonly look: () => Promise<RestartSight>;
  /** Looks at one member over SQL. */
  readonly lookAt: (member: string) => Promise<Pick<RestartMember, 'sql'>>;
  /** POST /restart of one member; see PatroniClient.restart(). */
  readonly restart: (
    member: RestartMember,
    conditions: Readonly<Record<string, unknown>>,
    timeoutMs: number,
  ) => Promise<RestartOutcome>;
  /** A line for people, while it goes on. */
  readonly tell: (line: string) => void;
  readonly clock: Clock;
  /** Aborted: what is under way is left to Patroni, nothing more is begun. */
  readonly signal: AbortSignal;
}

export interface RestartLimits {
  /** For a member to come back, and for the cluster to be ready for the next; milliseconds. */
  readonly memberTimeoutMs: number;
  readonly maxLagBytes: number;
}

/**
 * `not_needed`: Patroni says that nothing waits there any more. `failed`: it did not come back, or not as it should be.
 * `unknown`: it was told to restart, and nobody can tell whether it did. `not_restarted`: nothing was done to it.
 */
export type StepVerdict = 'restarted' | 'not_needed' | 'failed' | 'unknown' | 'not_restarted';

export interface StepOutcome {
  readonly step: RestartStep;
  readonly outcome: StepVerdict;
  /** Null when it went as planned. */
  readonly reason: string | null;
  readonly values: readonly ProvedValue[];
  readonly startedBefore: string | null;
  readonly startedAfter: string | null;
  readonly durationMs: number | null;
  /** What kept it from being restarted. */
  readonly obstacles: readonly Obstacle[];
  readonly error: PgdbaError | null;
}

/** Whoever waits is told after this long what for. */
const TELL_EVERY_MS = 5000;
const LOOK_EVERY_MS = 500;
/** An answer that was lost may have been lost just before the restart it would have told of. */
const LAST_LOOK_MS = 10_000;

/**
 * Restarts members in the order of the plan, one at a time. Before each the whole cluster must be well; after each SQL
 * must show another postmaster and every new value. The first that is not as it should be stops the rest.
 * A request whose answer is lost is never sent again: the start time of the postmaster tells whether it was carried out.
 */
export async function carryOutRestart(
  plan: RestartPlan,
  limits: RestartLimits,
  deps: RestartDeps,
): Promise<readonly StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const [i, step] of plan.steps.entries()) {
    const last = outcomes.at(-1);
    if (last !== undefined && !isFine(last)) {
      outcomes.push(notRestarted(step, `${last.step.member} stopped the rest`));
      continue;
    }
    const outcome = await new Step(step, plan, limits, deps, i).run();
    deps.tell(lineOf(outcome));
    outcomes.push(outcome);
  }
  return outcomes;
}

/** Whether the next member may follow. */
export function isFine({ outcome }: StepOutcome): boolean {
  return outcome === 'restarted' || outcome === 'not_needed';
}

/** Nothing was done to it, and why. */
export function notRestarted(
  step: RestartStep,
  reason: string,
  more: Partial<StepOutcome> = {},
): StepOutcome {
  return {
    ...{ step, outcome: 'not_restarted', reason, values: valuesOf(step, null), durationMs: null },
    ...{ startedBefore: null, startedAfter: null, obstacles: [], error: null, ...more },
  };
}

function lineOf({ step, outcome, reason, durationMs, values }: StepOutcome): string {
  const words = reason === null ? '' : `: ${reason}`;
  const took = durationMs === null ? '' : ` in ${(durationMs / 1000).toFixed(1)} s`;
  const proved = values.map(({ name, after }) => `${name} = ${after ?? '?'}`).join(', ');
  return `${step.member}: ${outcome}${took}${words}${outcome === 'restarted' && proved !== '' ? `; ${proved}` : ''}`;
}

/** What became of asking a member to restart; `perhaps` when it may be doing so. */
type Asked =
  | { readonly kind: 'restarted' | 'not_needed'; readonly said: string; readonly error: null }
  | { readonly kind: 'perhaps' | 'failed' | 'refused'; readonly said: string; readonly error: PgdbaError };

/** One member’s turn. */
class Step {
  readonly #startedMs: number;

  constructor(
    private readonly step: RestartStep,
    private readonly plan: RestartPlan,
    private readonly limits: RestartLimits,
    private readonly deps: RestartDeps,
    private readonly index: number,
  ) {
    this.#startedMs = deps.clock.monotonicMs();
  }

  async run(): Promise<StepOutcome> {
    const { step, deps, plan } = this;
    const ready = await this.#untilReady();
    if (!('member' in ready)) return ready;
    const role = step.isLeader ? 'leader' : 'replica';
    deps.tell(
      `${step.member} (${role}): restarting, ${String(this.index + 1)} of ${String(plan.steps.length)}`,
    );
    const beganMs = deps.clock.monotonicMs();
    const asked = await this.#ask(ready.member);
    if (asked.kind === 'refused') return notRestarted(step, asked.said, { error: asked.error });
    const before = ready.sql.startedAt;
    const { memberTimeoutMs } = this.limits;
    const now = deps.clock.monotonicMs();
    const bound = { restarted: 0, perhaps: LAST_LOOK_MS, not_needed: -Infinity, failed: -Infinity }[
      asked.kind
    ];
    const deadline = bound < 0 ? now : Math.max(beganMs + memberTimeoutMs, now + bound);
    const proof = await proveRestart(step, before, deadline, deps);
    const told = verdictOf(step, asked, proof, ready.sql);
    return {
      ...{ step, ...told, startedBefore: before },
      startedAfter: proof.kind === 'restarted' ? proof.sql.startedAt : null,
      values: proof.kind === 'away' ? valuesOf(step, null) : proof.values,
      durationMs: told.outcome === 'not_needed' ? null : Math.round(deps.clock.monotonicMs() - beganMs),
      ...{ obstacles: [], error: asked.error },
    };
  }

  /** Waits until nothing stands against it any more; the outcome when that does not come about. */
  async #untilReady(): Promise<{ readonly member: RestartMember; readonly sql: RestartSql } | StepOutcome> {
    const { clock, signal, tell } = this.deps;
    let replayTo: bigint | null = null;
    let toldMs = this.#startedMs;
    for (;;) {
      if (signal.aborted) return notRestarted(this.step, 'the run was ended before');
      const sight = await this.#look();
      if (!(sight instanceof PgdbaError)) replayTo ??= this.#replayTarget(sight);
      const obstacles = this.#obstacles(sight, replayTo);
      const member = sight instanceof PgdbaError ? undefined : memberOf(sight, this.step.member);
      if (obstacles.length === 0 && member !== undefined && !(member.sql instanceof PgdbaError)) {
        return { member, sql: member.sql };
      }
      const reason = obstacles.map(wordsOf).join('; ');
      const isOver = clock.monotonicMs() >= this.#startedMs + this.#patienceMs(sight);
      if (isOver || obstacles.some(({ passing }) => !passing)) {
        const error = sight instanceof PgdbaError ? sight : null;
        return notRestarted(this.step, reason, { obstacles, error });
      }
      if (clock.monotonicMs() >= toldMs + TELL_EVERY_MS) {
        tell(`${this.step.member}: waiting: ${reason}`);
        toldMs = clock.monotonicMs();
      }
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
  }

  /** Before the first nothing has been disturbed: what /cluster does not yet know will come soon, or not at all. */
  #patienceMs(sight: RestartSight | PgdbaError): number {
    const { memberTimeoutMs } = this.limits;
    if (this.index > 0) return memberTimeoutMs;
    return Math.min(memberTimeoutMs, settlingMs(sight instanceof PgdbaError ? {} : sight.config));
  }

  async #look(): Promise<RestartSight | PgdbaError> {
    try {
      return await this.deps.look();
    } catch (error) {
      return errorOf(error, this.deps.signal);
    }
  }

  #obstacles(sight: RestartSight | PgdbaError, replayTo: bigint | null): readonly Obstacle[] {
    if (sight instanceof PgdbaError) {
      return [{ member: null, about: 'dcs', message: sight.message, passing: true }];
    }
    const { step, plan } = this;
    const gate: Gate = { step, plan, maxLagBytes: this.limits.maxLagBytes, replayTo };
    if (memberOf(sight, step.member) === undefined) {
      const message = '/cluster does not know it any more';
      return [{ member: step.member, about: 'state', message, passing: true }];
    }
    return obstaclesTo(sight, gate);
  }

  /** All that the leader has written so far: its new value is part of it. */
  #replayTarget({ members }: RestartSight): bigint | null {
    if (!this.step.awaitsReplay) return null;
    const leader = members.find(leads);
    return leader === undefined || leader.sql instanceof PgdbaError ? null : leader.sql.walPosition;
  }

  async #ask(member: RestartMember): Promise<Asked> {
    const conditions = this.step.onlyIfPending ? { restart_pending: true } : {};
    try {
      const { outcome, said } = await this.deps.restart(member, conditions, this.limits.memberTimeoutMs);
      if (outcome !== 'scheduled') return { kind: outcome, said, error: null };
      const message = `it scheduled the restart instead: ${said}`;
      return { kind: 'perhaps', said: message, error: new PgdbaError('patroni_answer_unexpected', message) };
    } catch (error) {
      const told = errorOf(error, this.deps.signal);
      return { kind: kindOf(told, this.deps.signal), said: told.message, error: told };
    }
  }
}

/** 503 says with its text alone whether somebody restarts it already, it takes long, or it does not start. */
const SAID: readonly (readonly [RegExp, 'perhaps' | 'failed'])[] = [
  [/^restart already in progress$/, 'perhaps'],
  [/^postgres is still starting$/, 'perhaps'],
  [/^restart failed$/, 'failed'],
];

function kindOf(error: PgdbaError, signal: AbortSignal): 'perhaps' | 'failed' | 'refused' {
  if (error.code === 'patroni_answer_lost' || signal.aborted) return 'perhaps';
  const said = String(error.details?.['said'] ?? '');
  return SAID.find(([pattern]) => pattern.test(said))?.[1] ?? 'refused';
}

/** A request that was cut short because the run ends throws whatever the signal’s reason is. */
function errorOf(error: unknown, signal: AbortSignal): PgdbaError {
  if (error instanceof PgdbaError) return error;
  if (!signal.aborted) throw error;
  return new PgdbaError('patroni_answer_lost', 'the run was ended while the member was asked');
}

function memberOf({ members }: RestartSight, name: string): RestartMember | undefined {
  return members.find(({ listed }) => listed.name === name);
}

function wordsOf({ member, message }: Obstacle): string {
  return member === null ? message : `${member}: ${message}`;
}

type Verdict = Pick<StepOutcome, 'outcome' | 'reason'>;

function verdictOf(step: RestartStep, asked: Asked, proof: Proof, before: RestartSql): Verdict {
  if (proof.kind === 'restarted') return verdictOfRestarted(step, asked, proof, before);
  const because = asked.kind === 'restarted' ? '' : `${asked.said}; `;
  if (proof.kind === 'away') {
    return { outcome: 'failed', reason: `${because}it did not come back: ${proof.why}` };
  }
  switch (asked.kind) {
    case 'not_needed':
      return proof.values.some(({ inForce }) => inForce === false)
        ? {
            outcome: 'failed',
            reason: `Patroni does not restart it (${asked.said}), and ${missing(proof.values)}`,
          }
        : { outcome: 'not_needed', reason: asked.said };
    case 'perhaps':
      return { outcome: 'unknown', reason: `${because}it runs, and had not been restarted when last seen` };
    default:
      return { outcome: 'failed', reason: `${because}it runs with the postmaster that it had before` };
  }
}

function verdictOfRestarted(
  step: RestartStep,
  asked: Asked,
  { sql, values }: Extract<Proof, { kind: 'restarted' }>,
  before: RestartSql,
): Verdict {
  if (step.isLeader && sql.inRecovery && !before.inRecovery) {
    return { outcome: 'failed', reason: 'it was restarted and leads no more' };
  }
  if (values.some(({ inForce }) => inForce === false)) {
    const why = 'a standby keeps a higher value until it has replayed a lower one of its primary';
    return {
      outcome: 'failed',
      reason: `it was restarted, and ${missing(values)}${step.isLeader ? '' : ` (${why})`}`,
    };
  }
  const reason = asked.kind === 'restarted' ? null : `${asked.said}; SQL shows that it was restarted`;
  return { outcome: 'restarted', reason };
}

function missing(values: readonly ProvedValue[]): string {
  return values
    .filter(({ inForce }) => inForce === false)
    .map(({ name, after, expected }) => `${name} is ${after ?? 'unknown'}, not ${expected ?? 'known'}`)
    .join(', ');
}
