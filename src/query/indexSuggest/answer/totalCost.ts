import type { Judged } from '../judge/judge.js';
import type { Advice } from './adviceParts.js';

/** A cost of each statement, in the planner’s units, summed over the workload as often as each counts. */
export function totalCost({ judged, weight }: Advice, cost: (statement: Judged) => number): number {
  return judged.reduce((sum, statement) => sum + weight(statement) * cost(statement), 0);
}

/** What one execution costs with all that was chosen, in the planner’s units. */
export function costAfter({ choice }: Advice, statement: Judged): number {
  return choice.costs.get(statement.at)?.cost ?? statement.cost;
}

/** Two digits behind the point say enough of an estimate. */
export function rounded(cost: number): number {
  return Math.round(cost * 100) / 100;
}

/** A part of a whole, to six digits; 0 of nothing. */
export function ratio(part: number, all: number): number {
  return all <= 0 ? 0 : Math.round((part / all) * 1e6) / 1e6;
}
