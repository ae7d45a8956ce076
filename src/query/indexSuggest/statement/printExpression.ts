import type { Catalog } from '../catalog/catalog.js';
import type { Scope } from './scope.js';
import { as, constantOf, listOf, unwrap } from './tree.js';
import { columnTerm } from './columnTerm.js';
import { escapedLiteral } from './escapedLiteral.js';
import { type Printed, joined } from './printed.js';
import { printCall } from './printCall.js';
import { printOperator } from './printOperator.js';
import { printCast } from './printCast.js';

/** An expression as SQL writes it in CREATE INDEX; null where no index can hold it. */
export function printExpression(value: unknown, scope: Scope, catalog: Catalog): Printed | null {
  const found = unwrap(value);
  if (found === null) return null;
  const { kind, node } = found;
  const each = (values: readonly unknown[]): (Printed | null)[] =>
    values.map((item) => printExpression(item, scope, catalog));
  switch (kind) {
    case 'ColumnRef':
      return printColumn(value, scope);
    case 'A_Const':
      return printConstant(value);
    case 'FuncCall':
      return printCall(node, each(listOf(node, 'args')), catalog);
    case 'A_Expr':
      return printOperator(node, each([node['lexpr'], node['rexpr']]));
    case 'TypeCast':
      return printCast(node, printExpression(node['arg'], scope, catalog));
    case 'CoalesceExpr':
      return joined(each(listOf(node, 'args')), (parts) => `COALESCE(${parts.join(', ')})`);
    default:
      return null;
  }
}

function printColumn(value: unknown, scope: Scope): Printed | null {
  const found = columnTerm(value, scope);
  if (found?.term.column == null) return null;
  const { use, outer, term } = found;
  return {
    sql: term.sql,
    use,
    columns: term.columns,
    category: term.category,
    type: term.column?.base ?? '',
    outer,
  };
}

function printConstant(value: unknown): Printed | null {
  const constant = as(value, 'A_Const') ?? {};
  const text = constantOf(value);
  if (text === undefined || text === null) return null;
  const quoted = 'sval' in constant;
  return {
    sql: quoted ? escapedLiteral(text) : text,
    use: null,
    columns: [],
    category: quoted ? 'X' : 'boolval' in constant ? 'B' : 'N',
    type: quoted ? 'unknown' : 'integer',
    outer: false,
  };
}
