import { type Item, type Scope, cteNamed, useTable } from './scope.js';
import { aliasOf } from './nodeNames.js';
import { type Tree, listOf, namesOf, textOf, unwrap } from './tree.js';
import type { StatementReader } from './statementReader.js';
import { namedRelation } from './namedRelation.js';
import { readWhere } from './whereClause.js';
import { markColumns } from './neededColumns.js';
import { renamed } from './outputs.js';

/** Views on views on views: far more than anybody has. */
const DEEPEST_VIEWS = 20;

/** Puts what FROM holds into the level’s scope. */
export function readFrom(reader: StatementReader, items: readonly unknown[], scope: Scope): void {
  for (const item of items) readFromItem(reader, item, scope);
}

function readFromItem(reader: StatementReader, value: unknown, scope: Scope): void {
  const found = unwrap(value);
  if (found === null) return;
  const { kind, node } = found;
  if (kind === 'RangeVar') readTable(reader, node, scope);
  else if (kind === 'RangeTableSample') readFromItem(reader, node['relation'], scope);
  else if (kind === 'JoinExpr') readJoin(reader, node, scope);
  else if (kind === 'RangeSubselect') {
    const { name, columns } = aliasOf(node);
    const outputs = renamed(
      reader.statement(node['subquery'], node['lateral'] === true ? scope : holding(scope)),
      columns,
    );
    scope.items.push({ alias: name ?? '', schema: null, use: null, outputs, open: true });
  } else {
    const { name, columns } = aliasOf(node);
    markColumns(reader, [node], scope);
    // A function's only column is called as the function is.
    const known = columns.length > 0 || name === null ? columns : [name];
    scope.items.push({
      alias: name ?? '',
      schema: null,
      use: null,
      outputs: new Map(known.map((column) => [column, null])),
      open: false,
    });
  }
}

function readTable(reader: StatementReader, node: Tree, scope: Scope): void {
  const { name, columns } = aliasOf(node);
  const own = textOf(node, 'relname') ?? '';
  const schema = textOf(node, 'schemaname');
  const cte = schema === null ? cteNamed(scope, own) : null;
  const alias = name ?? own;
  if (cte !== null) {
    scope.items.push({ ...cte, alias, outputs: renamed(cte.outputs, columns) });
    return;
  }
  const relation = namedRelation(reader, node);
  if (relation === null) {
    scope.items.push({ alias, schema, use: null, outputs: new Map(), open: false });
  } else if (relation.kind === 'v') {
    scope.items.push({
      alias,
      schema: relation.schema,
      use: null,
      outputs: renamed(readView(reader, relation.definition), columns),
      open: true,
    });
  } else {
    const whole = node['inh'] === true ? relation : { ...relation, partitions: [] };
    const item = useTable(reader.reading, relation.kind === 'r' ? whole : relation, alias, relation.schema);
    scope.items.push({ ...item, outputs: renamed(item.outputs, columns) });
  }
}

function readView(reader: StatementReader, definition: string | null): Item['outputs'] {
  if (definition === null || reader.views >= DEEPEST_VIEWS) return new Map();
  const parsed = reader.parse(definition);
  if ('refused' in parsed) return new Map();
  reader.views++;
  const outputs = reader.statement(parsed.tree, null);
  reader.views--;
  return outputs;
}

function readJoin(reader: StatementReader, node: Tree, scope: Scope): void {
  const from = scope.items.length;
  readFromItem(reader, node['larg'], scope);
  const middle = scope.items.length;
  readFromItem(reader, node['rarg'], scope);
  const [left, right] = [scope.items.slice(from, middle), scope.items.slice(middle)];
  const using = namesOf(listOf(node, 'usingClause'));
  const natural = node['isNatural'] === true ? left.flatMap(({ outputs }) => [...outputs.keys()]) : [];
  for (const name of [...using, ...natural]) {
    const sides = [left, right].map((items) => items.find(({ outputs }) => outputs.has(name)));
    const columns = sides.map((item) => ({
      ColumnRef: { fields: [{ String: { sval: item?.alias ?? '' } }, { String: { sval: name } }] },
    }));
    if (sides.every((item) => item !== undefined))
      readWhere(
        reader,
        {
          A_Expr: {
            kind: 'AEXPR_OP',
            name: [{ String: { sval: '=' } }],
            lexpr: columns[0],
            rexpr: columns[1],
          },
        },
        scope,
      );
  }
  readWhere(reader, node['quals'], scope);
}

/** A level around the subqueries of FROM that are not LATERAL: they see the CTEs beside them, and no tables. */
function holding(scope: Scope): Scope {
  return { items: [], outer: scope.outer, ctes: scope.ctes };
}
