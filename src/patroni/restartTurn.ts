import { PgdbaError } from '../core/errors.js';
import { settlingMs } from './dcsLimits.js';
import { obstaclesTo, type Gate, type Obstacle } from './restartObstacles.js';
import { notRestarted, type RestartDeps, type RestartLimits, type StepOutcome } from './restartOutcome.js';
import type { RestartPlan, RestartStep } from './restartPlan.js';
import { proveRestart, valuesOf } from './restartProof.js';
import { leads, type RestartMember, type RestartSight, type RestartSql } from './restartSight.js';
import { kindOf, verdictOf, type Asked } from './restartVerdict.js';

/** Whoever waits is told after this long what for. */
const TELL_EVERY_MS = 5000;
const LOOK_EVERY_MS = 500;
/** An answer that was lost may have been lost just before the restart it would have told of. */
const LAST_LOOK_MS = 10_000;

/** One member’s turn. */
export class Turn {
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
