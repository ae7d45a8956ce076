import type { OpenUse, Scope } from './scope.js';
import { whyUnserved } from './whyUnserved.js';
import { printComparison } from './printComparison.js';
import { termOf } from './terms.js';
import { as, isTree, listOf, namesOf, unwrap } from './tree.js';
import type { ConditionReader } from './conditionReader.js';
import { type Fields, readComparison } from './comparisons.js';
import { addPredicate, addJoin, addTruth } from './addPredicate.js';

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
      addPredicate(termOf(node['arg'], reader.scope, reader.catalog), {
        shape,
        operator: written,
        inOr,
        suffix: ` ${written}`,
      });
      break;
    }
    case 'BooleanTest': {
      const truth = { IS_TRUE: 'true', IS_FALSE: 'false' }[String(node['booltesttype'])];
      if (truth !== undefined) addTruth(node['arg'], truth === 'true', reader, inOr);
      break;
    }
    case 'ColumnRef':
      addTruth(value, true, reader, inOr);
      break;
    case 'SubLink':
      readSubquery(node, reader, inOr);
      return;
    default:
  }
  // What no index serves is still filtered: it decides whether LIMIT can stop early.
  const named = columnsIn(value, reader.scope);
  for (const [use, columns] of named) {
    if (before.get(use) !== use.predicates.length) continue;
    use.residual++;
    const detail = whyUnserved(value);
    const compares = printComparison(value, reader.scope, reader.catalog) !== null;
    if (detail !== null && named.size === 1 && !compares)
      use.unserved.push({ columns: [...columns], detail });
    const filter = inOr ? null : printComparison(value, reader.scope, reader.catalog);
    if (filter !== null) use.filters.push(filter);
  }
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

/** The table uses that a condition is about, and what it names of each. */
function columnsIn(value: unknown, scope: Scope): Map<OpenUse, Set<string>> {
  const uses = new Map<OpenUse, Set<string>>();
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) for (const item of next as unknown[]) pending.push(item);
    else if (isTree(next) && as(next, 'SubLink') === null) {
      const reference = as(next, 'ColumnRef');
      const names = reference === null ? [] : namesOf(listOf(reference, 'fields'));
      for (const { alias, outputs } of scope.items) {
        const found =
          names.length > 0 && (names.length === 1 || names.at(-2) === alias)
            ? outputs.get(names.at(-1) ?? '')
            : undefined;
        if (found != null) uses.set(found.use, (uses.get(found.use) ?? new Set()).add(found.column.name));
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
    if (as(arg, 'ColumnRef') !== null) addTruth(arg, false, reader, inOr);
    const test = as(arg, 'NullTest');
    if (test !== null) {
      const flipped = test['nulltesttype'] === 'IS_NULL' ? 'IS_NOT_NULL' : 'IS_NULL';
      readCondition({ NullTest: { ...test, nulltesttype: flipped } }, reader, inOr);
    }
    const link = as(arg, 'SubLink');
    if (link !== null) readSubquery(link, reader, inOr);
  }
}

function readSubquery(node: Fields, reader: ConditionReader, inOr: boolean): void {
  const inner = reader.subquery(node['subselect']);
  if (node['subLinkType'] !== 'ANY_SUBLINK' || inner === null) return;
  const outer = termOf(node['testexpr'], reader.scope, reader.catalog);
  if (outer !== null) addJoin(outer, inner, inOr);
}
