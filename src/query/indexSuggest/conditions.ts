import type { Catalog } from './catalog.js';
import type { OpenUse, Scope } from './scope.js';
import { isFixed, quoteLiteral, termOf, type FoundTerm } from './terms.js';
import { as, constantOf, isTree, listOf, namesOf, unwrap } from './tree.js';
import type { Shape } from './usage.js';

/** What reads conditions, and the subqueries in them. */
export interface ConditionReader {
  readonly scope: Scope;
  readonly catalog: Catalog;
  /** Reads a subquery in a condition; returns the term of its only column, when that is one of a table. */
  readonly subquery: (select: unknown) => FoundTerm | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a condition of WHERE or ON into the predicates of the tables it is about. */
export function readCondition(value: unknown, reader: ConditionReader, inOr = false): void {
  const found = unwrap(value);
  if (found === null) return;
  const { kind, node } = found;
  const before = new Map(counts(reader.scope));
  switch (kind) {
    case 'BoolExpr':
      readBoolean(node, reader, inOr);
      return;
    case 'A_Expr':
      readComparison(node, reader, inOr);
      break;
    case 'NullTest': {
      const shape = node['nulltesttype'] === 'IS_NULL' ? 'null' : 'not_null';
      const written = shape === 'null' ? 'IS NULL' : 'IS NOT NULL';
      add(termOf(node['arg'], reader.scope, reader.catalog), {
        shape,
        operator: written,
        inOr,
        suffix: ` ${written}`,
      });
      break;
    }
    case 'BooleanTest': {
      const truth = { IS_TRUE: 'true', IS_FALSE: 'false' }[String(node['booltesttype'])];
      if (truth !== undefined) readTruth(node['arg'], truth === 'true', reader, inOr);
      break;
    }
    case 'ColumnRef':
      readTruth(value, true, reader, inOr);
      break;
    case 'SubLink':
      readSubquery(node, reader, inOr);
      return;
    default:
  }
  // What no index serves is still filtered: it decides whether LIMIT can stop early.
  for (const use of usesIn(value, reader.scope))
    if (before.get(use) === use.predicates.length) use.residual++;
}

function counts(scope: Scope): [OpenUse, number][] {
  const known: [OpenUse, number][] = [];
  for (let level: Scope | null = scope; level !== null; level = level.outer) {
    for (const item of level.items)
      for (const found of item.outputs.values())
        if (found !== null) known.push([found.use, found.use.predicates.length]);
  }
  return known;
}

function usesIn(value: unknown, scope: Scope): Set<OpenUse> {
  const uses = new Set<OpenUse>();
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...(next as unknown[]));
    else if (isTree(next) && as(next, 'SubLink') === null) {
      const reference = as(next, 'ColumnRef');
      const names = reference === null ? [] : namesOf(listOf(reference, 'fields'));
      for (const { alias, outputs } of scope.items) {
        const found =
          names.length > 0 && (names.length === 1 || names.at(-2) === alias)
            ? outputs.get(names.at(-1) ?? '')
            : undefined;
        if (found != null) uses.add(found.use);
      }
      pending.push(...Object.values(next));
    }
  }
  return uses;
}

function readBoolean(node: Fields, reader: ConditionReader, inOr: boolean): void {
  const args = listOf(node, 'args');
  if (node['boolop'] === 'AND_EXPR') for (const arg of args) readCondition(arg, reader, inOr);
  else if (node['boolop'] === 'OR_EXPR') for (const arg of args) readCondition(arg, reader, true);
  else {
    const [arg] = args;
    if (as(arg, 'ColumnRef') !== null) readTruth(arg, false, reader, inOr);
    const test = as(arg, 'NullTest');
    if (test !== null) {
      const flipped = test['nulltesttype'] === 'IS_NULL' ? 'IS_NOT_NULL' : 'IS_NULL';
      readCondition({ NullTest: { ...test, nulltesttype: flipped } }, reader, inOr);
    }
    const link = as(arg, 'SubLink');
    if (link !== null) readSubquery(link, reader, inOr);
  }
}

interface Told {
  readonly shape: Shape;
  readonly operator: string;
  readonly inOr: boolean;
  readonly values?: readonly string[];
  readonly count?: number;
  /** What is written behind the term; none where a value is not known. */
  readonly suffix?: string;
}

function add(found: FoundTerm | null, told: Told): void {
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

function readTruth(value: unknown, truth: boolean, { scope, catalog }: ConditionReader, inOr: boolean): void {
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

const RANGES: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const CONTAINS = new Set(['@>', '?', '?|', '?&', '&&', '<@', '@?', '@@']);

function readComparison(node: Fields, reader: ConditionReader, inOr: boolean): void {
  const { scope, catalog } = reader;
  const { kind, lexpr, rexpr } = node;
  const [operator = ''] = namesOf(listOf(node, 'name'));
  const left = termOf(lexpr, scope, catalog);
  switch (kind) {
    case 'AEXPR_OP':
      readOperator({ operator, lexpr, rexpr }, reader, inOr);
      return;
    case 'AEXPR_NOT_DISTINCT':
      return;
    case 'AEXPR_IN':
      if (operator === '=') readList(left, listOf(as(rexpr, 'List') ?? {}, 'items'), reader, inOr);
      return;
    case 'AEXPR_OP_ANY':
      if (operator === '=' && isFixed(rexpr, scope))
        add(left, { shape: 'in', operator: '= ANY', inOr, count: arrayLength(rexpr) });
      readArrayMember(operator, lexpr, rexpr, reader, inOr);
      return;
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
      if (operator.startsWith('~~') && isFixed(rexpr, scope))
        addPattern(left, operator, constantOf(rexpr), inOr);
      return;
    case 'AEXPR_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
      readBetween(left, rexpr, reader, inOr);
      return;
    default:
  }
}

/** `$1 = ANY (tags)`: no index serves it, but the same as `tags @> ARRAY[$1]` it would; nothing is promised. */
function readArrayMember(
  operator: string,
  lexpr: unknown,
  rexpr: unknown,
  { scope, catalog }: ConditionReader,
  inOr: boolean,
): void {
  if (operator !== '=' || !isFixed(lexpr, scope)) return;
  const found = termOf(rexpr, scope, catalog);
  if (found !== null && !found.outer && !inOr) found.use.residual++;
}

function arrayLength(value: unknown): number {
  const array = as(value, 'A_ArrayExpr') ?? as(as(value, 'TypeCast')?.['arg'], 'A_ArrayExpr');
  return array === null ? 10 : Math.max(1, listOf(array, 'elements').length);
}

interface Comparison {
  readonly operator: string;
  readonly lexpr: unknown;
  readonly rexpr: unknown;
}

function readOperator({ operator, lexpr, rexpr }: Comparison, reader: ConditionReader, inOr: boolean): void {
  const { scope, catalog } = reader;
  const rows = [as(lexpr, 'RowExpr'), as(rexpr, 'RowExpr')];
  if (rows[0] != null && (operator === '=' || RANGES[operator] !== undefined)) {
    const [first, second] = rows.map((row) => listOf(row ?? {}, 'args'));
    const pairs = operator === '=' ? (first ?? []) : (first ?? []).slice(0, 1);
    pairs.forEach((item, at) => {
      readOperator({ operator, lexpr: item, rexpr: second?.[at] }, reader, inOr);
    });
    return;
  }
  const [left, right] = [termOf(lexpr, scope, catalog), termOf(rexpr, scope, catalog)];
  readSubqueries([lexpr, rexpr], reader);
  if (left !== null && right !== null && left.use !== right.use) {
    if (operator === '=') addJoin(left, right, inOr);
    return;
  }
  if (left !== null && isFixed(rexpr, scope)) addOperator(left, operator, constantOf(rexpr), inOr);
  else if (right !== null && isFixed(lexpr, scope))
    addOperator(right, RANGES[operator] ?? (operator === '=' ? '=' : ''), constantOf(lexpr), inOr);
}

function readSubqueries(values: readonly unknown[], { subquery }: ConditionReader): void {
  for (const value of values) {
    const link = as(value, 'SubLink');
    if (link !== null) subquery(link['subselect']);
  }
}

function addOperator(
  found: FoundTerm,
  operator: string,
  value: string | null | undefined,
  inOr: boolean,
): void {
  const known =
    typeof value === 'string' ? { values: [value], suffix: ` ${operator} ${literal(found, value)}` } : {};
  if (operator === '=') add(found, { shape: 'equal', operator, inOr, ...known });
  else if (RANGES[operator] !== undefined) add(found, { shape: 'range', operator, inOr, ...known });
  else if (operator === '@@') add(found, { shape: 'text_search', operator, inOr });
  else if (CONTAINS.has(operator)) add(found, { shape: 'contains', operator, inOr, ...known });
  else if (operator === '~~' || operator === '~~*') addPattern(found, operator, value, inOr);
}

/** A value as it may stand in a predicate: numbers and booleans bare, everything else quoted. */
function literal({ term }: FoundTerm, value: string): string {
  return (term.category === 'N' && /^-?\d+(\.\d+)?$/.test(value)) ||
    (term.category === 'B' && /^(true|false)$/.test(value))
    ? value
    : quoteLiteral(value);
}

function addPattern(
  found: FoundTerm | null,
  operator: string,
  value: string | null | undefined,
  inOr: boolean,
): void {
  if (found === null || (operator !== '~~' && operator !== '~~*') || value === null) return;
  const known = value === undefined ? {} : { values: [value], suffix: ` ${operator} ${quoteLiteral(value)}` };
  const prefix = value !== undefined && /^[^%_\\]/.test(value) && operator === '~~';
  const shape = value === undefined && operator === '~~' ? 'pattern' : prefix ? 'prefix' : 'infix';
  add(found, { shape, operator, inOr, ...known });
}

function readList(
  found: FoundTerm | null,
  items: readonly unknown[],
  { scope }: ConditionReader,
  inOr: boolean,
): void {
  if (!items.every((item) => isFixed(item, scope))) return;
  const values = items.map(constantOf);
  const known = values.every((value) => typeof value === 'string') ? { values } : {};
  const suffix =
    'values' in known && found !== null
      ? { suffix: ` IN (${known.values.map((value) => literal(found, value)).join(', ')})` }
      : {};
  add(found, {
    shape: items.length === 1 ? 'equal' : 'in',
    operator: '=',
    inOr,
    count: items.length,
    ...known,
    ...suffix,
  });
}

function readBetween(
  found: FoundTerm | null,
  bounds: unknown,
  { scope }: ConditionReader,
  inOr: boolean,
): void {
  const items = listOf(as(bounds, 'List') ?? {}, 'items');
  if (!items.every((item) => isFixed(item, scope))) return;
  for (const [at, operator] of ['>=', '<='].entries()) {
    const value = constantOf(items[at]);
    if (found !== null) addOperator(found, operator, value, inOr);
  }
}

/** Each side of a join may be looked up with the other's value. */
function addJoin(left: FoundTerm, right: FoundTerm, inOr: boolean): void {
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    one.use.predicates.push({
      shape: 'equal',
      term: one.term,
      operator: '=',
      inOr,
      values: null,
      count: 1,
      sql: null,
      partner: { use: other.use.id, relation: other.use.relation, term: other.term },
    });
  }
}

function readSubquery(node: Fields, reader: ConditionReader, inOr: boolean): void {
  const inner = reader.subquery(node['subselect']);
  if (node['subLinkType'] !== 'ANY_SUBLINK' || inner === null) return;
  const outer = termOf(node['testexpr'], reader.scope, reader.catalog);
  if (outer !== null) addJoin(outer, inner, inOr);
}
