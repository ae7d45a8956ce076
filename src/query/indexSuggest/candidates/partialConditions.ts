import { sameValue } from '../judge/selectivity.js';
import type { Predicate, TableUse } from '../statement/usage.js';
import { distinctTerms } from './keyTerms.js';

/** A value this common is better left to a partial index. */
const PARTIAL_BELOW = 0.3;

/** Words of a column that says in which state a row is. */
const MOST_WORDS = 20;

/** Conditions worth a partial index: constants that hold for few rows, and NULL where that is rare or usual. */
export function partialsOf(use: TableUse, rows: number): Predicate[] {
  return distinctTerms(
    use.predicates.filter((predicate) => {
      const { partner, inOr, sql, term, shape } = predicate;
      if (partner !== null || inOr || sql === null || term.column === null || rows === 0) return false;
      const share = shareOf(predicate);
      return (
        share !== null &&
        (shape === 'null' || shape === 'not_null' || shape === 'equal') &&
        share < PARTIAL_BELOW &&
        isFew(predicate)
      );
    }),
  );
}

/** A partial index is for NULL, a truth value, or a value much rarer than its fellows: not for one customer's rows. */
function isFew(predicate: Predicate): boolean {
  const { term, shape } = predicate;
  const distinct = term.column?.n_distinct ?? -1;
  if (shape !== 'equal' || term.category === 'B') return true;
  return distinct > 1 && distinct <= MOST_WORDS && (shareOf(predicate) ?? 1) < 0.5 / distinct;
}

function shareOf({ term: { column }, shape, values }: Predicate): number | null {
  if (column?.null_frac == null) return null;
  if (shape === 'null') return column.null_frac;
  if (shape === 'not_null') return 1 - column.null_frac;
  const at = column.common?.findIndex((value) => sameValue(value, values?.[0] ?? '')) ?? -1;
  return at < 0 ? null : (column.common_freqs?.[at] ?? null);
}
