import type { Clock } from '../core/clock.js';
import type { PgdbaError } from '../core/errors.js';
import type { RestartOutcome } from './client.js';
import type { Obstacle } from './restartObstacles.js';
import type { RestartStep } from './restartPlan.js';
import { valuesOf, type ProvedValue } from './restartProof.js';
import type { RestartMember, RestartSight } from './restartSight.js';

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
