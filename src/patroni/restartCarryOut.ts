import {
  isFine,
  notRestarted,
  type RestartDeps,
  type RestartLimits,
  type StepOutcome,
} from './restartOutcome.js';
import type { RestartPlan } from './restartPlan.js';
import { Turn } from './restartTurn.js';

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
    const outcome = await new Turn(step, plan, limits, deps, i).run();
    deps.tell(lineOf(outcome));
    outcomes.push(outcome);
  }
  return outcomes;
}

function lineOf({ step, outcome, reason, durationMs, values }: StepOutcome): string {
  const words = reason === null ? '' : `: ${reason}`;
  const took = durationMs === null ? '' : ` in ${(durationMs / 1000).toFixed(1)} s`;
  const proved = values.map(({ name, after }) => `${name} = ${after ?? '?'}`).join(', ');
  return `${step.member}: ${outcome}${took}${words}${outcome === 'restarted' && proved !== '' ? `; ${proved}` : ''}`;
}
