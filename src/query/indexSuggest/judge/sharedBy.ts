import type { Catalog, Relation } from '../catalog/catalog.js';
import type { Predicate } from '../statement/usage.js';
import { selectivity } from './selectivity.js';

/** What a range of two ends finds where its values are not known. Source: DEFAULT_RANGE_INEQ_SEL of selfuncs.h */
const BOTH_ENDS_GUESS = 0.005;

/**
 * The share of a table’s rows for which all conditions hold, from 0 to 1: taken for independent of each other, but for
 * the two ends of a range. Source: clauselist_selectivity_ext() of src/backend/optimizer/path/clausesel.c
 */
export function sharedBy(predicates: readonly Predicate[], catalog: Catalog, relation: Relation): number {
  const ends = new Map<string, Predicate[]>();
  let share = 1;
  for (const predicate of predicates) {
    if (predicate.shape !== 'range') share *= selectivity(predicate, catalog, relation);
    else ends.set(predicate.term.sql, [...(ends.get(predicate.term.sql) ?? []), predicate]);
  }
  for (const range of ends.values()) share *= rangeOf(range, catalog, relation);
  return share;
}

function rangeOf(range: readonly Predicate[], catalog: Catalog, relation: Relation): number {
  const [low, high] = ['>', '<'].map((side) => range.find(({ operator }) => operator.startsWith(side)));
  const [first] = range;
  if (low === undefined || high === undefined)
    return first === undefined ? 1 : selectivity(first, catalog, relation);
  if (low.values === null || high.values === null) return BOTH_ENDS_GUESS;
  const held = 1 - (low.term.column?.null_frac ?? 0);
  const between = selectivity(low, catalog, relation) + selectivity(high, catalog, relation) - held;
  // Ends between two bounds of the histogram leave nothing that it could tell.
  return between > 0 ? between : BOTH_ENDS_GUESS / 10;
}
