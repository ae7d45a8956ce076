import type { Scope } from './scope.js';
import { type Tree, as, listOf, textOf } from './tree.js';
import type { StatementReader } from './statementReader.js';
import { namedRelation } from './namedRelation.js';
import { readFrom } from './fromClause.js';
import { readWhere } from './whereClause.js';
import { markColumns } from './neededColumns.js';

/** Reads INSERT, and the SELECT in it. */
export function readInsert(reader: StatementReader, node: Tree, scope: Scope): void {
  addWrite(reader, node, 'insert', []);
  reader.statement(node['selectStmt'], scope);
}

/** Reads UPDATE and DELETE. */
export function readChange(reader: StatementReader, kind: string, node: Tree, scope: Scope): void {
  const set = listOf(node, 'targetList').flatMap(
    (target) => textOf(as(target, 'ResTarget') ?? {}, 'name') ?? [],
  );
  addWrite(reader, node, kind === 'UpdateStmt' ? 'update' : 'delete', set);
  readFrom(
    reader,
    [{ RangeVar: node['relation'] }, ...listOf(node, 'fromClause'), ...listOf(node, 'usingClause')],
    scope,
  );
  // A changed row is read whole.
  const [target] = scope.items;
  if (target?.use != null) target.use.needed = null;
  readWhere(reader, node['whereClause'], scope);
  markColumns(reader, listOf(node, 'targetList'), scope);
}

/** Reads MERGE. */
export function readMerge(reader: StatementReader, node: Tree, scope: Scope): void {
  addWrite(reader, node, 'update', []);
  readFrom(reader, [{ RangeVar: node['relation'] }, node['sourceRelation']], scope);
  for (const item of scope.items) if (item.use !== null) item.use.needed = null;
  readWhere(reader, node['joinCondition'], scope);
}

function addWrite(
  reader: StatementReader,
  node: Tree,
  kind: 'insert' | 'update' | 'delete',
  columns: readonly string[],
): void {
  const target = as({ RangeVar: node['relation'] }, 'RangeVar');
  const relation = target === null ? null : namedRelation(reader, target);
  if (relation !== null) reader.reading.writes.push({ relation, kind, columns });
}
