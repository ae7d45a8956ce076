import type { PlanNode } from '../../plan/planNode.js';
import { type Catalog, leavesOf } from '../catalog/catalog.js';
import type { TableUse } from '../statement/usage.js';

/** The plan's scans of a use: of its table, or of the partitions of it. */
export function scansOf(nodes: readonly PlanNode[], use: TableUse, catalog: Catalog): PlanNode[] {
  const names = new Set(leavesOf(catalog, use.relation).map(({ schema, name }) => `${schema}.${name}`));
  return nodes.filter(
    ({ type, schema, relation, alias }) =>
      type.endsWith('Scan') &&
      names.has(`${schema ?? ''}.${relation ?? ''}`) &&
      (alias === use.alias || (alias ?? '').replace(/_\d+$/, '') === use.alias),
  );
}

/**
 * How often a node is run, as the planner reckons: once for each row of what stands before it in a nested loop, and for
 * each step of a recursion.
 */
export function loopsOf(node: PlanNode): number {
  let loops = 1;
  let [kept, sorted] = [false, false];
  for (let at = node; at.parent !== null; at = at.parent) {
    const { parent } = at;
    kept ||= ['Materialize', 'Memoize', 'Hash'].includes(parent.type);
    sorted ||= parent.type === 'Sort';
    // A subquery of an expression: its cost is in its parent's as often as it is run, once where it is hashed.
    if (at.relationship === 'SubPlan')
      loops *= Math.max(1, Math.floor(parent.cost / Math.max(at.cost, 0.01)));
    const [outer, inner] = parent.children;
    if (inner !== at || outer === undefined) continue;
    // What the parent costs beside its first input is so many runs of the second: a sort that is read again is one.
    const charged = Math.max(1, (parent.cost - outer.cost) / Math.max(at.cost, 0.01));
    if (parent.type === 'Recursive Union') loops *= charged;
    if (parent.type === 'Nested Loop' && !kept)
      loops *= sorted ? Math.min(charged, Math.max(1, outer.planRows)) : Math.max(1, outer.planRows);
  }
  return loops;
}

/** LIMIT, or the aggregate of min() and max(), right above a scan and the sort of its rows; null where there is none. */
export function stopAbove(scan: PlanNode): PlanNode | null {
  let at = scan.parent;
  while (at?.type === 'Sort') at = at.parent;
  return at?.type === 'Limit' || at?.type === 'Aggregate' ? at : null;
}

/** The other input of the nearest join above a scan, when each of its rows is looked for in what the scan reads. */
export function otherSide(scan: PlanNode): PlanNode | null {
  for (let at = scan; at.parent !== null; at = at.parent) {
    const { parent } = at;
    if (/Join|Nested Loop/.test(parent.type))
      return parent.children.find((child) => child !== at && child.relationship !== 'InitPlan') ?? null;
    if (/Aggregate|Group|Limit|Unique/.test(parent.type)) return null;
  }
  return null;
}
