import type { OpenUse, Scope } from './scope.js';
import type { FoundTerm } from './foundTerm.js';
import { calledName } from './nodeNames.js';
import { termOf } from './terms.js';
import { type Tree, as, isTree, listOf, namesOf } from './tree.js';
import type { SortKey } from './usage.js';
import type { StatementReader } from './statementReader.js';

/** Notes the order and the groups that a level asks for. */
export function readOrder(
  reader: StatementReader,
  node: Tree,
  targets: readonly unknown[],
  scope: Scope,
): void {
  const limited = node['limitCount'] !== undefined;
  const keys = listOf(node, 'sortClause').map((item) =>
    sortKeyOf(reader, as(item, 'SortBy') ?? {}, targets, scope),
  );
  const use = ofOneUse(keys);
  const folded = node['groupClause'] !== undefined || node['distinctClause'] !== undefined;
  if (use !== null && !folded) {
    use.sort = prefixOf(keys, use);
    use.limited ||= limited && use.sort.length === keys.length;
  }
  const groups = [...listOf(node, 'groupClause'), ...listOf(node, 'distinctClause')].map((item) =>
    termOf(targetOf(item, targets), scope, reader.catalog),
  );
  const [first] = groups;
  if (first != null && groups.every((group) => group?.use === first.use))
    first.use.group = groups.flatMap((group) => group?.term ?? []);
  readExtremes(reader, node, targets, scope);
}

/** min(x) and max(x) alone read one end of an index. */
function readExtremes(reader: StatementReader, node: Tree, targets: readonly unknown[], scope: Scope): void {
  const [target] = targets;
  const called = as(target, 'ResTarget')?.['val'];
  const name = calledName(called);
  if (
    targets.length !== 1 ||
    (name !== 'min' && name !== 'max') ||
    node['groupClause'] !== undefined ||
    scope.items.length !== 1
  )
    return;
  const found = termOf(listOf(as(called, 'FuncCall') ?? {}, 'args')[0], scope, reader.catalog);
  if (found === null || found.outer || found.use.sort.length > 0) return;
  found.use.sort = [{ term: found.term, descending: name === 'max', nullsFirst: name === 'max' }];
  found.use.limited = true;
}

function sortKeyOf(
  reader: StatementReader,
  node: Tree,
  targets: readonly unknown[],
  scope: Scope,
): { found: FoundTerm; key: SortKey } | null {
  const found = termOf(targetOf(node['node'], targets), scope, reader.catalog);
  if (found === null || found.outer) return null;
  const descending = node['sortby_dir'] === 'SORTBY_DESC';
  const nulls = node['sortby_nulls'];
  const nullsFirst = nulls === 'SORTBY_NULLS_FIRST' || (nulls !== 'SORTBY_NULLS_LAST' && descending);
  return { found, key: { term: found.term, descending, nullsFirst } };
}

/** What `ORDER BY 2` and `ORDER BY alias` stand for. */
function targetOf(value: unknown, targets: readonly unknown[]): unknown {
  const constant = as(value, 'A_Const')?.['ival'];
  if (isTree(constant)) return as(targets[Number(constant['ival'] ?? 0) - 1], 'ResTarget')?.['val'];
  const names = namesOf(listOf(as(value, 'ColumnRef') ?? {}, 'fields'));
  if (names.length !== 1) return value;
  const aliased = targets
    .map((target) => as(target, 'ResTarget') ?? {})
    .find((target) => target['name'] === names[0]);
  return aliased?.['val'] ?? value;
}

function ofOneUse(keys: readonly ({ found: FoundTerm } | null)[]): OpenUse | null {
  return keys[0]?.found.use ?? null;
}

function prefixOf(keys: readonly ({ found: FoundTerm; key: SortKey } | null)[], use: OpenUse): SortKey[] {
  const end = keys.findIndex((key) => key?.found.use !== use);
  return keys.slice(0, end < 0 ? keys.length : end).flatMap((key) => key?.key ?? []);
}
