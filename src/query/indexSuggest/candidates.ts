import { type Assumption, type Candidate, candidate, type CandidateKey, keyOf } from './candidate.js';
import { type Catalog, distinctOf, rowsOf } from './catalog.js';
import { sameValue, selectivity } from './selectivity.js';
import type { Predicate, SortKey, TableUse, Term } from './usage.js';

/** Orders of up to so many equalities are all tried; of more, the most selective first. */
const MOST_PERMUTED = 3;
/** Columns of a key, and in INCLUDE. */
const MOST_KEYS = 4;
const MOST_INCLUDED = 5;
/** Bytes of a row of an index that is meant to spare reading the table. */
const WIDEST_COVERING = 160;
/** Bytes of a value: a btree cannot hold more than 2,704, and wide keys make a poor index. */
const WIDEST_KEY = 400;
/** Rows from which BRIN is thought of, and how well they must lie in order. Source: the manual's chapter on BRIN. */
const BRIN_ROWS = 1_000_000;
const BRIN_CORRELATION = 0.95;
/** A value this common is better left to a partial index. */
const PARTIAL_BELOW = 0.3;
/** Words of a column that says in which state a row is. */
const MOST_WORDS = 20;
/** A search that finds more of the table than this is no search. */
export const MOST_ROWS = 0.25;
/** Candidates of one use; nothing is dropped before simpler ones are in. */
const MOST = 80;

/** The indexes that might serve one use of a table, simplest first. */
export function candidatesOf(use: TableUse, catalog: Catalog): Candidate[] {
  const { relation } = use;
  const rows = rowsOf(catalog, relation);
  const usable = use.predicates.filter(({ term }) => isKey(term));
  const equals = distinctTerms(
    usable.filter(
      ({ shape, partner }) => partner === null && (shape === 'equal' || shape === 'in' || shape === 'null'),
    ),
  );
  const joins = distinctTerms(usable.filter(({ partner }) => partner !== null)).filter(
    (join) => !equals.some(({ term }) => term.sql === join.term.sql),
  );
  const tails = tailsOf(use, usable);
  const found: Candidate[] = [];
  const push = (keys: readonly CandidateKey[], where: Predicate | null = null): void => {
    const unique = keys.filter(
      ({ term }, at) => keys.findIndex((other) => other.term.sql === term.sql) === at,
    );
    const narrowed = where === null ? unique : unique.filter(({ term }) => term.sql !== where.term.sql);
    const chosen = narrowed.length > 0 ? narrowed : unique;
    if (chosen.length === 0 || chosen.length > MOST_KEYS) return;
    found.push(
      candidate({
        relation,
        method: 'btree',
        keys: chosen,
        include: [],
        where,
        equalOnly: chosen.length === 1 && tails.every((tail) => tail[0]?.term.sql !== chosen[0]?.term.sql),
        ...assumption(use, chosen),
      }),
    );
  };
  const bases = basesOf(equals, joins, rows);
  for (const base of bases) if (base.length <= 1) push(base.map((term) => keyOf(term)));
  for (const tail of tails) push(tail);
  for (const base of bases) {
    const keys = base.map((term) => keyOf(term));
    push(keys);
    for (const tail of tails) push([...keys, ...tail]);
  }
  for (const where of partialsOf(use, rows)) {
    const others = bases.filter((base) => base.some(({ sql }) => sql !== where.term.sql));
    for (const tail of tails) push(tail, where);
    for (const base of others) {
      const keys = base.map((term) => keyOf(term));
      push(keys, where);
      for (const tail of tails) push([...keys, ...tail], where);
    }
    if (others.length + tails.length === 0) push([keyOf(where.term)], where);
  }
  const plain = unique(found).slice(0, MOST);
  const narrow = unique([...plain, ...plain.flatMap((one) => covering(one, use))]).filter((one) =>
    narrows(one, use, catalog),
  );
  return unique([...narrow, ...others(use, catalog, rows)]);
}

/**
 * Whether an index leads to a small part of the table: by a join, by conditions of which the statistics say so, or
 * because reading stops early. One that has no condition to serve may still spare a sort, or reading wide rows.
 */
function narrows(one: Candidate, use: TableUse, catalog: Catalog): boolean {
  const terms = new Set(one.keys.map(({ term }) => term.sql));
  const about = use.predicates.filter(({ term, inOr }) => terms.has(term.sql) && !inOr);
  if (
    about.some(({ partner }) => partner !== null) ||
    (use.limited && use.sort.some(({ term }) => terms.has(term.sql)))
  )
    return true;
  if (use.predicates.length === 0 && use.residual === 0) return true;
  const share = [...about, ...(one.where === null ? [] : [one.where])].reduce(
    (product, predicate) => product * selectivity(predicate, catalog, use.relation),
    1,
  );
  return share < MOST_ROWS;
}

/** Whether a btree may hold it: it has an order, and is not too wide. */
function isKey({ column, category }: Term): boolean {
  if (column === null) return category !== 'U';
  return column.btree && column.category !== 'A' && column.width <= WIDEST_KEY;
}

function distinctTerms(predicates: readonly Predicate[]): Predicate[] {
  return predicates.filter(
    ({ term }, at) => predicates.findIndex((other) => other.term.sql === term.sql) === at,
  );
}

/** What may lead a key: the equalities in all their orders, with or without a join's column, and each alone. */
function basesOf(equals: readonly Predicate[], joins: readonly Predicate[], rows: number): Term[][] {
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

/** What may end a key: one range, or the order that is asked for, or the groups. */
function tailsOf(use: TableUse, usable: readonly Predicate[]): CandidateKey[][] {
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

/** Conditions worth a partial index: constants that hold for few rows, and NULL where that is rare or usual. */
function partialsOf(use: TableUse, rows: number): Predicate[] {
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

/** A pattern that is a parameter may begin with %, and then no btree serves it. */
function assumption(use: TableUse, keys: readonly CandidateKey[]): { assumes?: Assumption } {
  const unknown = use.predicates.filter(({ shape }) => shape === 'pattern').map(({ term }) => term.sql);
  return keys.some(
    ({ opclass, term }) => opclass?.endsWith('_pattern_ops') === true && unknown.includes(term.sql),
  )
    ? { assumes: 'pattern_is_a_prefix' }
    : {};
}

/** Where rows come in order and some are filtered away, the planner hopes to find enough of them early. */
export function hopesToStopEarly({ keys, where }: Candidate, use: TableUse): boolean {
  const [first] = use.sort;
  const at = keys.findIndex(({ term }) => term.sql === first?.term.sql);
  if (!use.limited || at < 0) return false;
  const held = new Set([...keys.map(({ term }) => term.sql), ...(where === null ? [] : [where.term.sql])]);
  return (
    use.residual > 0 || use.predicates.some(({ term, shape }) => !held.has(term.sql) && shape !== 'not_null')
  );
}

/** The same with the other columns that are read, so that the table need not be. */
function covering(one: Candidate, { needed, relation }: TableUse): Candidate[] {
  if (needed === null || one.keys.some(({ term }) => term.column === null)) return [];
  const held = new Set(one.keys.flatMap(({ term }) => term.columns));
  const rest = needed.filter((name) => !held.has(name));
  const columns = rest.flatMap((name) => relation.columns.find((column) => column.name === name) ?? []);
  const width = [...columns, ...one.keys.flatMap(({ term }) => term.column ?? [])].reduce(
    (sum, column) => sum + column.width,
    0,
  );
  if (rest.length === 0 || rest.length > MOST_INCLUDED || width > WIDEST_COVERING) return [];
  const { method, keys, where, assumes } = one;
  return [
    candidate({ relation, method, keys, include: rest, where, ...(assumes === null ? {} : { assumes }) }),
  ];
}

/** Indexes of other methods: trigrams, jsonb, arrays and text search in GIN; BRIN for what lies in order. */
function others(use: TableUse, catalog: Catalog, rows: number): Candidate[] {
  const { relation } = use;
  const trigrams = catalog.extensions['pg_trgm'];
  const one = (method: 'gin' | 'brin', term: Term, opclass: string | null): Candidate =>
    candidate({ relation, method, keys: [keyOf(term, opclass)], include: [], where: null });
  return use.predicates.flatMap(({ shape, term, operator, partner }) => {
    if (partner !== null) return [];
    if ((shape === 'infix' || shape === 'pattern') && term.category === 'S' && trigrams !== undefined)
      return [one('gin', term, `${trigrams}.gin_trgm_ops`)];
    if (shape === 'contains' && isDocument(term))
      return [one('gin', term, operator === '@>' && term.column?.base === 'jsonb' ? 'jsonb_path_ops' : null)];
    if (shape === 'contains' && term.column?.category === 'A') return [one('gin', term, null)];
    if (shape === 'text_search' && (term.column?.base === 'tsvector' || term.sql.startsWith('to_tsvector(')))
      return [one('gin', term, null)];
    const lies = Math.abs(term.column?.correlation ?? 0);
    return shape === 'range' && term.column !== null && rows >= BRIN_ROWS && lies >= BRIN_CORRELATION
      ? [one('brin', term, null)]
      : [];
  });
}

function isDocument({ column, sql }: Term): boolean {
  return column === null ? sql.includes('->') && !sql.includes('->>') : column.base === 'jsonb';
}

function unique(found: readonly Candidate[]): Candidate[] {
  return [...new Map([...found].reverse().map((one) => [one.id, one])).values()].reverse();
}
