import type { Candidate } from '../candidates/candidate.js';
import type { Judged } from '../judge/judge.js';

/** A step of the search: what is added, and what that does to the workload’s cost in the planner’s units. */
export interface Move {
  readonly add: readonly Candidate[];
  readonly helped: readonly Judged[];
  readonly before: number;
  readonly after: number;
  /** As `after`, with what costs next to nothing counted as LEAST_COST: a difference there is none. */
  readonly felt: number;
  readonly net: number;
  readonly size: number;
}

/** Whether a move helps every statement that the best one helps. */
export function helpsAll(move: Move, top: Move): boolean {
  return top.helped.every((statement) => move.helped.includes(statement));
}

function width({ add }: Move): number {
  return add.reduce(
    (sum, { keys, include, where, assumes }) =>
      sum + keys.length + include.length + (where === null ? 0 : 1) + (assumes === null ? 0 : 1),
    0,
  );
}

/** Narrow before wide, small before large; ties go by name. */
export function compareMoves(a: Move, b: Move): number {
  const [first, second] = [a, b].map(({ add }) => add.map(({ id }) => id).join('\n'));
  return width(a) - width(b) || a.size - b.size || ((first ?? '') < (second ?? '') ? -1 : 1);
}
