import type { Catalog } from '../catalog/catalog.js';
import { joined } from './printed.js';
import { printExpression } from './printExpression.js';
import type { Scope } from './scope.js';
import { as, listOf, namesOf } from './tree.js';

const COMPARED = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** A comparison within one table, such as `loaded > ordered` or `qty <> 0`, as SQL; null for anything else. */
export function printComparison(value: unknown, scope: Scope, catalog: Catalog): string | null {
  const node = as(value, 'A_Expr') ?? {};
  const [operator = ''] = namesOf(listOf(node, 'name'));
  if (node['kind'] !== 'AEXPR_OP' || !COMPARED.has(operator)) return null;
  const sides = [node['lexpr'], node['rexpr']].map((side) => printExpression(side, scope, catalog));
  const written = joined(sides, (parts) => `(${parts.join(` ${operator} `)})`);
  return written?.use == null || written.outer ? null : written.sql;
}
