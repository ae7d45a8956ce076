import type { Candidate } from '../candidates/candidate.js';
import type { TableUse } from '../statement/usage.js';

/** Share of the table’s pages that an index-only scan reads all the same: those that VACUUM has not seen since. */
export const UNSEEN = 0.1;

/** Whether an index holds every column that a use of its table reads. */
export function coversAll({ needed }: TableUse, { include, keys }: Candidate): boolean {
  const held = new Set([
    ...include,
    ...keys.flatMap(({ term }) => (term.column === null ? [] : term.columns)),
  ]);
  return needed?.every((name) => held.has(name)) === true;
}
