import { type PlanNode, text } from '../../plan/planNode.js';
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

/**
 * How often a node is run, as the planner reckons: once for each row of what stands before it in a nested loop, for each
 * row that asks a subquery, and for each step of a recursion.
 */
export function loopsOf(node: PlanNode): number {
  let loops = 1;
  let [kept, sorted] = [false, false];
  for (let at = node; at.parent !== null; at = at.parent) {
    const { parent } = at;
    if (at.relationship === 'SubPlan') loops *= runsOf(at, parent);
    kept ||= ['Materialize', 'Memoize', 'Hash'].includes(parent.type);
    sorted ||= parent.type === 'Sort';
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

/**
 * How often a subquery is run: what its runs make of the cost of the node that asks it, over the cost of one. Source:
 * cost_subplan() of src/backend/optimizer/path/costsize.c
 */
function runsOf({ raw }: PlanNode, parent: PlanNode): number {
  const name = text(raw, 'Subplan Name') ?? '';
  if (JSON.stringify(parent.raw).includes(`hashed ${name}`)) return 1;
  const sum = (nodes: readonly PlanNode[]): number => nodes.reduce((total, { cost }) => total + cost, 0);
  const subplans = parent.children.filter(({ relationship }) => relationship === 'SubPlan');
  const inputs = parent.children.filter(isInput);
  return Math.max(1, (parent.cost - sum(inputs)) / Math.max(0.01, sum(subplans)));
}

/**
 * What a scan costs by itself: without the subqueries that it asks, where it asks any; 0 where only they can cost much.
 * @param plain reading the table from end to end
 */
export function ownCost({ type, cost, children }: PlanNode, plain: number): number {
  if (!children.some(({ relationship }) => relationship === 'SubPlan')) return cost;
  return type === 'Seq Scan' ? Math.min(cost, plain) : 0;
}

function isInput({ relationship }: PlanNode): boolean {
  return relationship !== 'InitPlan' && relationship !== 'SubPlan';
}

function isWithin(node: PlanNode, top: PlanNode): boolean {
  return node === top || (node.parent !== null && isWithin(node.parent, top));
}

function subplanAbove(node: PlanNode): PlanNode | null {
  if (node.relationship === 'SubPlan') return node;
  return node.parent === null ? null : subplanAbove(node.parent);
}

/** Whether a scan is in a subquery that is run anew for each row of any of the others: they are its parameters. */
export function asksForEach(scan: PlanNode, others: readonly PlanNode[]): boolean {
  const top = subplanAbove(scan);
  return others.length > 0 && top !== null && !others.some((other) => isWithin(other, top));
}

/**
 * The input of a join that brings the rows of the partners, each of which may be looked for in what the scan reads;
 * null where it is itself looked up by what the scan finds.
 */
export function driverOf(scan: PlanNode, partners: readonly PlanNode[]): PlanNode | null {
  for (let at = scan; at.parent !== null; at = at.parent) {
    const { parent } = at;
    if (/Aggregate|Group|Limit|Unique/.test(parent.type)) return null;
    if (!/Join|Nested Loop/.test(parent.type)) continue;
    const other = parent.children.find((child) => child !== at && isInput(child));
    if (other === undefined || (partners.length > 0 && !partners.some((one) => isWithin(one, other))))
      continue;
    const lookedUp =
      parent.type === 'Nested Loop' &&
      other.relationship === 'Inner' &&
      other.type !== 'Materialize' &&
      other.type !== 'Seq Scan';
    return lookedUp ? null : other;
  }
  return null;
}
