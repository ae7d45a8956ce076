import type { Catalog } from '../catalog/catalog.js';
import { columnTerm } from './columnTerm.js';
import type { FoundTerm } from './foundTerm.js';
import { printExpression } from './printExpression.js';
import type { Scope } from './scope.js';
import { as } from './tree.js';

/**
 * The term that an expression is: a column, or what an index of one table can hold. null when it is neither: it has a
 * parameter, spans tables, or may not be immutable.
 */
export function termOf(value: unknown, scope: Scope, catalog: Catalog): FoundTerm | null {
  if (as(value, 'ColumnRef') !== null) return columnTerm(value, scope);
  const printed = printExpression(value, scope, catalog);
  if (printed?.use == null) return null;
  const { sql, use, columns, category, outer } = printed;
  return { use, outer, term: { sql, column: null, columns, category } };
}
