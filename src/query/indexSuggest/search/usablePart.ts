import { type Candidate, reshaped } from '../candidates/candidate.js';
import type { StatementUses } from '../statement/usage.js';

/**
 * An index without the last keys that a statement neither looks for, sorts, groups nor reads: but for its width, it
 * serves that statement as the whole does. Many indexes are the same one to a statement.
 */
export function usablePart(one: Candidate, { uses }: Pick<StatementUses, 'uses'>): Candidate {
  if (one.method !== 'btree' || one.include.length > 0) return one;
  const mine = uses.filter(({ relation }) => relation.oid === one.relation.oid);
  const terms = new Set(
    mine.flatMap(({ predicates, sort, group }) =>
      [...[...predicates, ...sort].map(({ term }) => term), ...group].map(({ sql }) => sql),
    ),
  );
  const read = new Set(mine.flatMap(({ needed }) => needed ?? []));
  const isUsed = ({ term }: Candidate['keys'][number]): boolean =>
    terms.has(term.sql) || term.columns.some((name) => read.has(name));
  const end = one.keys.findLastIndex(isUsed) + 1;
  if (end === 0 || end === one.keys.length) return one;
  return reshaped(one, { keys: one.keys.slice(0, end) });
}
