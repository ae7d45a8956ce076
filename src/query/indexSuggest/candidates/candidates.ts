import { type Assumption, type Candidate, type CandidateKey, candidate, keyOf } from './candidate.js';
import { type Catalog, rowsOf } from '../catalog/catalog.js';
import { selectivity } from '../judge/selectivity.js';
import { sharedBy } from '../judge/sharedBy.js';
import type { Predicate, TableUse } from '../statement/usage.js';
import { MOST_KEYS, distinctTerms, isKey } from './keyTerms.js';
import { MOST_ROWS } from './mostRows.js';
import { basesOf } from './keyOrders.js';
import { tailsOf } from './keyTails.js';
import { partialsOf } from './partialConditions.js';
import { covering } from './covering.js';
import { others } from './otherMethods.js';

/** Candidates of one use; nothing is dropped before simpler ones are in. */
const MOST = 80;

/** A condition that holds for more rows than this, such as `deleted_at IS NULL`, is filtered as well as it is looked up. */
const MOST_OF_A_KEY = 0.5;

/** The indexes that might serve one use of a table, simplest first. */
export function candidatesOf(use: TableUse, catalog: Catalog): Candidate[] {
  const { relation } = use;
  const rows = rowsOf(catalog, relation);
  const usable = use.predicates.filter(({ term }) => isKey(term));
  const equals = distinctTerms(
    usable.filter(
      (predicate) =>
        predicate.partner === null &&
        (predicate.shape === 'equal' || predicate.shape === 'in' || predicate.shape === 'null') &&
        selectivity(predicate, catalog, relation) <= MOST_OF_A_KEY,
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
  const named = use.predicates.filter(({ term }) => terms.has(term.sql));
  const about = named.filter(({ inOr }) => !inOr);
  // Each arm of an OR takes an index of its own; whether all arms have one is for the judge to say.
  const first = named.filter(({ inOr, term }) => inOr && term.sql === one.keys[0]?.term.sql);
  if (first.some((predicate) => selectivity(predicate, catalog, use.relation) < MOST_ROWS)) return true;
  if (
    about.some(({ partner }) => partner !== null) ||
    (use.limited && use.sort.some(({ term }) => terms.has(term.sql)))
  )
    return true;
  if (use.predicates.length === 0 && use.residual === 0) return true;
  const share = sharedBy([...about, ...(one.where === null ? [] : [one.where])], catalog, use.relation);
  return share < MOST_ROWS;
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

function unique(found: readonly Candidate[]): Candidate[] {
  return [...new Map([...found].reverse().map((one) => [one.id, one])).values()].reverse();
}
