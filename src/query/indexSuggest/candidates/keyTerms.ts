import type { Predicate, Term } from '../statement/usage.js';

/** Bytes of a value: a btree cannot hold more than 2,704, and wide keys make a poor index. */
const WIDEST_KEY = 400;

/** Whether a btree may hold it: it has an order, and is not too wide. */
export function isKey({ column, category }: Term): boolean {
  if (column === null) return category !== 'U';
  return column.btree && column.category !== 'A' && column.width <= WIDEST_KEY;
}

/** The first condition on each term. */
export function distinctTerms(predicates: readonly Predicate[]): Predicate[] {
  return predicates.filter(
    ({ term }, at) => predicates.findIndex((other) => other.term.sql === term.sql) === at,
  );
}

/** Columns of a key, and in INCLUDE. */
export const MOST_KEYS = 4;
