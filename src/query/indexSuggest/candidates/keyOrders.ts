import { distinctOf } from '../catalog/catalog.js';
import type { Predicate, Term } from '../statement/usage.js';
import { MOST_KEYS } from './keyTerms.js';

/** Orders of up to so many equalities are all tried; of more, the most selective first. */
const MOST_PERMUTED = 3;

/** What may lead a key: the equalities in all their orders, with or without a join's column, and each alone. */
export function basesOf(equals: readonly Predicate[], joins: readonly Predicate[], rows: number): Term[][] {
  const selective = (term: Term): number =>
    term.column === null ? rows / 10 : (distinctOf(term.column, rows) ?? 1);
  const order = (a: Predicate, b: Predicate): number =>
    selective(b.term) - selective(a.term) ||
    (a.term.column?.number ?? 0) - (b.term.column?.number ?? 0) ||
    compare(a.term.sql, b.term.sql);
  const all = equals
    .filter(({ inOr }) => !inOr)
    .sort(order)
    .map(({ term }) => term);
  const joined = [...joins].sort(order).map(({ term }) => term);
  const sets: Term[][] = [
    ...equals.map(({ term }) => [term]),
    ...joined.map((term) => [term]),
    ...pairs(all),
    all.slice(0, MOST_KEYS),
    ...joined.map((join) => [join, ...all.slice(0, MOST_KEYS - 1)]),
    ...pairs(joined),
  ];
  return sets
    .filter((set) => set.length > 0)
    .flatMap((set) => (set.length <= MOST_PERMUTED ? permutations(set) : [set]));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function pairs(terms: readonly Term[]): Term[][] {
  return terms
    .slice(0, MOST_KEYS)
    .flatMap((first, at) => terms.slice(at + 1, MOST_KEYS + 1).map((second) => [first, second]));
}

function permutations(terms: readonly Term[]): Term[][] {
  if (terms.length <= 1) return [[...terms]];
  return terms.flatMap((first) =>
    permutations(terms.filter((term) => term !== first)).map((rest) => [first, ...rest]),
  );
}
