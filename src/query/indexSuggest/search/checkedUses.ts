import type { Candidate } from '../candidates/candidate.js';
import type { Judged } from '../judge/judge.js';
import type { TableUse } from '../statement/usage.js';

/** Where statements use the table of a candidate. */
export function usesOf(one: Candidate, helped: readonly Pick<Judged, 'uses'>[]): TableUse[] {
  return helped.flatMap(({ uses }) => uses.uses.filter(({ relation }) => relation.oid === one.relation.oid));
}
