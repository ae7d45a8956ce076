import type { Candidate } from '../candidates/candidate.js';
import type { Judged, Verdict } from '../judge/judge.js';

/** What the search is told beside the judge. */
export interface ChooseOptions {
  readonly maxIndexes: number | null;
  readonly sizeBudget: number | null;
  /** How often a statement counts. */
  readonly weight: (statement: Judged) => number;
  /** What an index costs writers, and how much a statement's gain counts against it. */
  readonly penalty: (candidate: Candidate) => number;
  /** Ids of candidates that were found wanting. */
  readonly rejected: ReadonlySet<string>;
  /** What is taken whatever the statements say, unless another pick does its work; most needed first. */
  readonly first: readonly Candidate[];
  readonly standsFor: (pick: Candidate, first: Candidate) => boolean;
}

/** A candidate that was not taken, and why; costs are of the workload, in the planner’s units. */
export interface Passed {
  readonly candidate: Candidate;
  readonly reason: 'small_gain' | 'write_cost' | 'size_budget' | 'max_indexes';
  readonly before: number;
  readonly after: number;
}

/** What the search found. */
export interface Choice {
  readonly chosen: readonly Candidate[];
  readonly passed: readonly Passed[];
  /** Statement → what it costs with all that were chosen. */
  readonly costs: ReadonlyMap<number, Verdict>;
}
