import { quoteIdentifier } from '../../../core/identifier.js';
import type { FoundTerm } from './foundTerm.js';
import { resolve, type Scope } from './scope.js';
import { as, listOf, namesOf } from './tree.js';

/** The column that a reference names; null for anything else, and for `x.*`. */
export function columnTerm(value: unknown, scope: Scope): FoundTerm | null {
  const fields = listOf(as(value, 'ColumnRef') ?? {}, 'fields');
  const found = resolve(scope, namesOf(fields));
  if (found === null || fields.some((field) => as(field, 'A_Star') !== null)) return null;
  const { use, column, outer } = found;
  const sql = quoteIdentifier(column.name);
  return { use, outer, term: { sql, column, columns: [column.name], category: column.category } };
}
