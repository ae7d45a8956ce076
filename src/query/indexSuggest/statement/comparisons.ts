import type { FoundTerm } from './foundTerm.js';
import { RANGES } from './rangeOperators.js';
import { isFixed } from './fixedValue.js';
import { termOf } from './terms.js';
import { as, constantOf, listOf, namesOf } from './tree.js';
import type { ConditionReader } from './conditionReader.js';
import { addPredicate, addJoin, addOperator, addPattern, literal } from './addPredicate.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Reads a comparison by its kind: an operator, IN, ANY, LIKE, BETWEEN. */
export function readComparison(node: Fields, reader: ConditionReader, inOr: boolean): void {
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
        addPredicate(left, { shape: 'in', operator: '= ANY', inOr, count: arrayLength(rexpr) });
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
  if (left !== null && left.use === right?.use && !left.outer && !inOr && /^[<>=!]+$/.test(operator))
    left.use.filters.push(`${left.term.sql} ${operator} ${right.term.sql}`);
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
  addPredicate(found, {
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
