import type { PlanNode } from '../../plan/planNode.js';
import { type Catalog, leavesOf } from '../catalog/catalog.js';
import type { TableUse } from '../statement/usage.js';

/** The plan's scans of a use: of its table, or of the partitions of it. */
export function scansOf(nodes: readonly PlanNode[], use: TableUse, catalog: Catalog): PlanNode[] {
  const names = new Set(leavesOf(catalog, use.relation).map(({ schema, name }) => `${schema}.${name}`));
  // Before 13 a partition of a table without alias goes by its own name.
  const isPart = use.relation.kind === 'p' && use.alias === use.relation.name;
  return nodes.filter(
    ({ type, schema, relation, alias }) =>
      type.endsWith('Scan') &&
      names.has(`${schema ?? ''}.${relation ?? ''}`) &&
      (alias === use.alias ||
        (alias ?? '').replace(/_\d+$/, '') === use.alias ||
        (isPart && alias === relation)),
  );
}

/** How often a node is run: once for each row of what stands before it in a nested loop. */
export function loopsOf(node: PlanNode): number {
  let loops = 1;
  for (let at = node; at.parent !== null; at = at.parent) {
    const { parent } = at;
    if (
      parent.type === 'Materialize' ||
      parent.type === 'Memoize' ||
      parent.type === 'Hash' ||
      parent.type === 'Sort'
    )
      return loops;
    const [outer, inner] = parent.children;
    if (parent.type === 'Nested Loop' && inner === at && outer !== undefined)
      loops *= Math.max(1, outer.planRows);
  }
  return loops;
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
