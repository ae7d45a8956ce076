import type { PgdbaError } from '../core/errors.js';
import type { StepOutcome } from './restartOutcome.js';
import type { RestartStep } from './restartPlan.js';
import type { Proof, ProvedValue } from './restartProof.js';
import type { RestartSql } from './restartSight.js';

/** What became of asking a member to restart; `perhaps` when it may be doing so. */
export type Asked =
  | { readonly kind: 'restarted' | 'not_needed'; readonly said: string; readonly error: null }
  | { readonly kind: 'perhaps' | 'failed' | 'refused'; readonly said: string; readonly error: PgdbaError };

/** 503 says with its text alone whether somebody restarts it already, it takes long, or it does not start. */
const SAID: readonly (readonly [string, 'perhaps' | 'failed'])[] = [
  ['restart already in progress', 'perhaps'],
  ['postgres is still starting', 'perhaps'],
  ['restart failed', 'failed'],
];

/** What a request that was not answered with success may have done. */
export function kindOf(error: PgdbaError, signal: AbortSignal): 'perhaps' | 'failed' | 'refused' {
  if (error.code === 'patroni_answer_lost' || signal.aborted) return 'perhaps';
  const said = error.details?.['said'];
  return SAID.find(([text]) => text === said)?.[1] ?? 'refused';
}

type Verdict = Pick<StepOutcome, 'outcome' | 'reason'>;

/** What became of a member, from what Patroni and SQL say. */
export function verdictOf(step: RestartStep, asked: Asked, proof: Proof, before: RestartSql): Verdict {
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
