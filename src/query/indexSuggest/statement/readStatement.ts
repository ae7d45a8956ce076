import type { Catalog } from '../catalog/catalog.js';
import type { resolve } from './scope.js';
import { type Item, type Reading, type Scope, closeUses, innerScope } from './scope.js';
import { calledName } from './nodeNames.js';
import { type Tree, as, listOf, namesOf, textOf, unwrap } from './tree.js';
import type { Parsed } from './parser.js';
import type { StatementUses } from './usage.js';
import type { StatementReader } from './statementReader.js';
import { inheritedUses } from './inheritedUses.js';
import { readChange, readInsert, readMerge } from './changes.js';
import { readFrom } from './fromClause.js';
import { readWhere } from './whereClause.js';
import { markColumns } from './neededColumns.js';
import { readOrder } from './sortOrder.js';
import { outputsOf, renamed } from './outputs.js';

const AGGREGATES =
  /^(?:count|sum|avg|min|max|array_agg|string_agg|bool_(?:and|or)|every|jsonb?_agg|jsonb?_object_agg|percentile_\w+|mode|stddev\w*|var\w*|corr|regr_\w+|bit_(?:and|or))$/;

/** Where a statement names tables, and with what conditions. Views are read through to the tables below. */
export function readStatement(tree: Tree, catalog: Catalog, parse: (text: string) => Parsed): StatementUses {
  const reading: Reading = { uses: [], missing: new Set(), relations: new Set(), writes: [] };
  const reader: StatementReader = {
    reading,
    catalog,
    parse,
    views: 0,
    statement: (value, outer) => readAny(reader, value, outer),
  };
  reader.statement(tree, null);
  return {
    uses: closeUses(reading.uses).flatMap((use) => [use, ...inheritedUses(use, catalog)]),
    writes: reading.writes,
    missing: [...reading.missing],
    relations: [...reading.relations],
    plain: isPlain(tree),
  };
}

function isPlain(tree: Tree): boolean {
  const select = as(tree, 'SelectStmt');
  if (select === null) return false;
  const folded = ['groupClause', 'distinctClause', 'limitCount', 'larg', 'withClause'].some(
    (field) => select[field] !== undefined,
  );
  return (
    !folded &&
    !listOf(select, 'targetList').some((target) =>
      AGGREGATES.test(calledName(as(target, 'ResTarget')?.['val']) ?? ''),
    )
  );
}

function readAny(reader: StatementReader, value: unknown, outer: Scope | null): Item['outputs'] {
  const found = unwrap(value);
  const none = new Map();
  if (found === null) return none;
  const { kind, node } = found;
  if (kind === 'SelectStmt') return readSelect(reader, node, outer);
  const scope = innerScope(outer);
  readCtes(reader, node, scope);
  if (kind === 'InsertStmt') readInsert(reader, node, scope);
  if (kind === 'UpdateStmt' || kind === 'DeleteStmt') readChange(reader, kind, node, scope);
  if (kind === 'MergeStmt') readMerge(reader, node, scope);
  return none;
}

function readSelect(
  reader: StatementReader,
  node: Tree,
  outer: Scope | null,
): Map<string, ReturnType<typeof resolve>> {
  const scope = innerScope(outer);
  readCtes(reader, node, scope);
  if (node['larg'] !== undefined) {
    const first = reader.statement({ SelectStmt: node['larg'] }, scope);
    reader.statement({ SelectStmt: node['rarg'] }, scope);
    return new Map([...first.keys()].map((name) => [name, null]));
  }
  readFrom(reader, listOf(node, 'fromClause'), scope);
  readWhere(reader, node['whereClause'], scope);
  const targets = listOf(node, 'targetList');
  markColumns(
    reader,
    [targets, node['havingClause'], node['groupClause'], node['sortClause'], node['windowClause']],
    scope,
  );
  // A row that is locked is read whole: FOR UPDATE needs its place in the table.
  if (node['lockingClause'] !== undefined)
    for (const { use } of scope.items) if (use !== null) use.needed = null;
  readOrder(reader, node, targets, scope);
  return outputsOf(node, targets, scope);
}

function readCtes(reader: StatementReader, node: Tree, scope: Scope): void {
  const clause = as({ WithClause: node['withClause'] }, 'WithClause');
  if (clause === null) return;
  for (const entry of listOf(clause, 'ctes')) {
    const cte = as(entry, 'CommonTableExpr') ?? {};
    const alias = textOf(cte, 'ctename') ?? '';
    const columns = namesOf(listOf(cte, 'aliascolnames'));
    if (clause['recursive'] === true) {
      const outputs = renamed(namesOnly(cte['ctequery']), columns);
      scope.ctes.set(alias, { alias, schema: null, use: null, outputs, open: false });
    }
    const outputs = renamed(reader.statement(cte['ctequery'], scope), columns);
    scope.ctes.set(alias, { alias, schema: null, use: null, outputs, open: true });
  }
}

/** What a recursive query gives to itself: the names of its first arm; where their values come from changes with each step. */
function namesOnly(query: unknown): Item['outputs'] {
  let node = as(query, 'SelectStmt') ?? {};
  while (node['larg'] !== undefined) node = as({ SelectStmt: node['larg'] }, 'SelectStmt') ?? {};
  return outputsOf(node, listOf(node, 'targetList'), innerScope(null));
}
