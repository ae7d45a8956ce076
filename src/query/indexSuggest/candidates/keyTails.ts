import { type CandidateKey, keyOf } from './candidate.js';
import type { Predicate, SortKey, TableUse, Term } from '../statement/usage.js';
import { MOST_KEYS, distinctTerms, isKey } from './keyTerms.js';

/** What may end a key: one range, or the order that is asked for, or the groups. */
export function tailsOf(use: TableUse, usable: readonly Predicate[]): CandidateKey[][] {
  const ranges = distinctTerms(
    usable.filter(({ shape, partner }) => partner === null && shape === 'range'),
  ).map(({ term }) => [keyOf(term)]);
  const prefixes = distinctTerms(
    usable.filter(({ shape }) => shape === 'prefix' || (shape === 'pattern' && isAlone(use))),
  ).flatMap(({ term }) => patternKey(term));
  const sort = sortKeys(use.sort);
  const groups =
    use.group.every(isKey) && use.group.length <= MOST_KEYS ? [use.group.map((term) => keyOf(term))] : [];
  return [...prefixes, ...ranges, ...(sort.length === 0 ? [] : [sort]), ...groups].filter(
    (tail) => tail.length > 0,
  );
}

/** Whether it is one pattern that a table is searched by, and nothing else. */
function isAlone({ predicates }: TableUse): boolean {
  return predicates.length === 1;
}

/** The operator class with which a btree serves LIKE 'x%' where text is not compared byte by byte. */
function patternKey(term: Term): CandidateKey[][] {
  if (term.category !== 'S') return [];
  const bytewise = term.column?.bytewise ?? false;
  if (bytewise) return [[keyOf(term)]];
  const type = term.column?.base ?? 'text';
  const opclass = {
    'character varying': 'varchar_pattern_ops',
    character: 'bpchar_pattern_ops',
    text: 'text_pattern_ops',
  }[type];
  return opclass === undefined ? [] : [[keyOf(term, opclass)]];
}

/** The keys of ORDER BY; read backwards where that is the same and plainer. */
function sortKeys(sort: readonly SortKey[]): CandidateKey[] {
  if (sort.length === 0 || sort.length > MOST_KEYS || !sort.every(({ term }) => isKey(term))) return [];
  const turned = sort.every(({ descending }) => descending);
  return sort.map(({ term, descending, nullsFirst }) => ({
    term,
    opclass: null,
    descending: turned ? false : descending,
    nullsFirst: turned ? !nullsFirst : nullsFirst,
  }));
}
