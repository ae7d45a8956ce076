import type { FoundTerm } from './foundTerm.js';
import { escapedLiteral } from './escapedLiteral.js';
import { termOf } from './terms.js';
import type { Partner, Shape } from './usage.js';
import type { ConditionReader } from './conditionReader.js';
import { RANGES } from './rangeOperators.js';

interface Told {
  readonly shape: Shape;
  readonly operator: string;
  readonly inOr: boolean;
  readonly values?: readonly string[];
  readonly count?: number;
  /** What is written behind the term; none where a value is not known. */
  readonly suffix?: string;
}

/** Notes a condition with its table’s use; one of a level around it is not its own. */
export function addPredicate(found: FoundTerm | null, told: Told): void {
  if (found === null || !isOfLevel(found)) return;
  const { shape, operator, inOr, values, count, suffix } = told;
  const { use, term } = found;
  const written = term.column === null ? `(${term.sql})` : term.sql;
  use.predicates.push({
    shape,
    term,
    operator,
    inOr,
    values: values ?? null,
    count: count ?? 1,
    partner: null,
    sql: suffix === undefined ? null : written + suffix,
  });
}

function isOfLevel({ outer }: FoundTerm): boolean {
  return !outer;
}

/** Notes a condition that is a truth value by itself. */
export function addTruth(
  value: unknown,
  truth: boolean,
  { scope, catalog }: ConditionReader,
  inOr: boolean,
): void {
  const found = termOf(value, scope, catalog);
  if (found?.term.category !== 'B') return;
  const { sql, column } = found.term;
  if (!isOfLevel(found)) return;
  found.use.predicates.push({
    shape: 'equal',
    term: found.term,
    operator: '=',
    inOr,
    values: [truth ? 'true' : 'false'],
    count: 1,
    partner: null,
    sql: `${truth ? '' : 'NOT '}${column === null ? `(${sql})` : sql}`,
  });
}

/** Each side of a join may be looked up with the other's value. */
export function addJoin(left: FoundTerm, right: FoundTerm, inOr: boolean): void {
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    pushJoin(one, { use: other.use.id, relation: other.use.relation, term: other.term }, inOr);
  }
}

/** A column that is looked up with each value of something computed: a recursive term, an aggregate, a function. */
export function addComputedJoin(found: FoundTerm, inOr: boolean): void {
  if (isOfLevel(found)) pushJoin(found, { use: null, relation: null, term: null }, inOr);
}

function pushJoin({ use, term }: FoundTerm, partner: Partner, inOr: boolean): void {
  use.predicates.push({
    shape: 'equal',
    term,
    operator: '=',
    inOr,
    values: null,
    count: 1,
    sql: null,
    partner,
  });
}

const CONTAINS = new Set(['@>', '?', '?|', '?&', '&&', '<@', '@?', '@@']);

/** Notes a comparison with a value; null: with NULL, undefined: with one that is not known. */
export function addOperator(
  found: FoundTerm,
  operator: string,
  value: string | null | undefined,
  inOr: boolean,
): void {
  const known =
    typeof value === 'string' ? { values: [value], suffix: ` ${operator} ${literal(found, value)}` } : {};
  if (operator === '=') addPredicate(found, { shape: 'equal', operator, inOr, ...known });
  else if (RANGES[operator] !== undefined) addPredicate(found, { shape: 'range', operator, inOr, ...known });
  else if (operator === '@@') addPredicate(found, { shape: 'text_search', operator, inOr });
  else if (CONTAINS.has(operator)) addPredicate(found, { shape: 'contains', operator, inOr, ...known });
  else if (operator === '~~' || operator === '~~*') addPattern(found, operator, value, inOr);
  else if (operator === '~' || operator === '~*')
    addPredicate(found, { shape: 'infix', operator, inOr, ...known });
}

/** A value as it may stand in a predicate: numbers and booleans bare, everything else quoted. */
export function literal({ term }: FoundTerm, value: string): string {
  return (term.category === 'N' && /^-?\d+(\.\d+)?$/.test(value)) ||
    (term.category === 'B' && /^(true|false)$/.test(value))
    ? value
    : escapedLiteral(value);
}

/** Notes LIKE by the kind of its pattern. */
export function addPattern(
  found: FoundTerm | null,
  operator: string,
  value: string | null | undefined,
  inOr: boolean,
): void {
  if (found === null || (operator !== '~~' && operator !== '~~*') || value === null) return;
  const known =
    value === undefined ? {} : { values: [value], suffix: ` ${operator} ${escapedLiteral(value)}` };
  const prefix = value !== undefined && /^[^%_\\]/.test(value) && operator === '~~';
  const shape = value === undefined && operator === '~~' ? 'pattern' : prefix ? 'prefix' : 'infix';
  addPredicate(found, { shape, operator, inOr, ...known });
}
