import { isObject, type PlanDocument, type RawNode } from './planDocument.js';

/** A node with what follows from its place in the plan. */
export interface PlanNode {
  readonly raw: RawNode;
  readonly type: string;
  /** Where it stands in the document's first element, as jq and JavaScript write it: `Plan.Plans[0]`. */
  readonly path: string;
  readonly depth: number;
  readonly parent: PlanNode | null;
  readonly children: readonly PlanNode[];
  /** Outer, Inner, Member, InitPlan, SubPlan, Subquery; null at the root. */
  readonly relationship: string | null;
  readonly schema: string | null;
  readonly relation: string | null;
  readonly alias: string | null;
  readonly index: string | null;
  readonly cost: number;
  /** Rows that were expected of one execution (in one process, where several work at it). */
  readonly planRows: number;
  readonly width: number;
  /** Times it was executed, in all processes; null in a plan that was not executed. */
  readonly loops: number | null;
  /** Rows of all executions together. From 18 on they are exact to the hundredth of a row per loop; before, rounded. */
  readonly rows: number | null;
  /** Rows that were expected of all executions together. */
  readonly expectedRows: number | null;
  /** Milliseconds of all executions together, with what is below it; of one process where several work at it. */
  readonly timeMs: number | null;
}

/** The nodes of a plan, each before those below it. */
export function nodesOf(document: PlanDocument): PlanNode[] {
  const [statement] = document;
  if (statement === undefined) return [];
  return flat(build(statement.Plan, { path: 'Plan', depth: 0, parent: null, processes: 1 }));
}

function flat(node: PlanNode): PlanNode[] {
  return [node, ...node.children.flatMap(flat)];
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly parent: PlanNode | null;
  /** Processes that the planner thought would share what is partial here: 1 outside of a Gather. */
  readonly processes: number;
}

function build(raw: RawNode, place: Place): PlanNode {
  const children: PlanNode[] = [];
  const loops = number(raw, 'Actual Loops');
  const perLoop = number(raw, 'Actual Rows');
  const planRows = number(raw, 'Plan Rows') ?? 0;
  const node: PlanNode = {
    raw,
    type: text(raw, 'Node Type') ?? 'unknown',
    path: place.path,
    depth: place.depth,
    parent: place.parent,
    children,
    relationship: text(raw, 'Parent Relationship'),
    schema: text(raw, 'Schema'),
    relation: text(raw, 'Relation Name'),
    alias: text(raw, 'Alias'),
    index: text(raw, 'Index Name'),
    cost: number(raw, 'Total Cost') ?? 0,
    planRows,
    width: number(raw, 'Plan Width') ?? 0,
    loops,
    rows: loops === null || perLoop === null ? null : perLoop * loops,
    expectedRows:
      loops === null ? null : isPartial(raw, place) ? planRows * place.processes : planRows * loops,
    timeMs: elapsed(raw, loops, place),
  };
  childrenOf(raw).forEach((child, at) => {
    const processes = isParallelBelow(raw) ? sharing(raw) : isSeparate(child) ? 1 : place.processes;
    const path = `${place.path}.Plans[${String(at)}]`;
    children.push(build(child, { path, depth: place.depth + 1, parent: node, processes }));
  });
  return node;
}

function childrenOf(raw: RawNode): RawNode[] {
  const plans = raw['Plans'];
  return Array.isArray(plans) ? plans.filter(isObject) : [];
}

function isParallelBelow(raw: RawNode): boolean {
  return raw['Node Type'] === 'Gather' || raw['Node Type'] === 'Gather Merge';
}

function isSeparate(raw: RawNode): boolean {
  return raw['Parent Relationship'] === 'InitPlan';
}

/** Processes as the planner counts them: the leader helps less, the more workers there are (get_parallel_divisor()). */
function sharing(raw: RawNode): number {
  const workers = number(raw, 'Workers Planned') ?? 0;
  return workers + Math.max(0, 1 - 0.3 * workers);
}

/** Whether each process gives only a part of the node's rows. */
function isPartial(raw: RawNode, { processes }: Pick<Place, 'processes'>): boolean {
  if (processes === 1 || isParallelBelow(raw)) return false;
  const shared = (child: RawNode): boolean =>
    !['InitPlan', 'SubPlan'].includes(String(child['Parent Relationship'])) &&
    isPartial(child, { processes });
  return raw['Parallel Aware'] === true || childrenOf(raw).some(shared);
}

function elapsed(raw: RawNode, loops: number | null, { processes }: Place): number | null {
  const ms = number(raw, 'Actual Total Time');
  if (ms === null || loops === null) return null;
  return isPartial(raw, { processes }) ? ms : ms * loops;
}

/** A number of a node; null when it is not there. */
export function number(raw: RawNode, key: string): number | null {
  const value = raw[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A text of a node; null when it is not there. */
export function text(raw: RawNode, key: string): string | null {
  const value = raw[key];
  return typeof value === 'string' ? value : null;
}

/** A node as people call it: `Index Scan using orders_pkey on shop.orders o`. */
export function nodeName(node: PlanNode): string {
  const { raw, index, relation, schema, alias } = node;
  const join = text(raw, 'Join Type');
  const kind = [
    text(raw, 'Partial Mode') === 'Partial' || text(raw, 'Partial Mode') === 'Finalize'
      ? text(raw, 'Partial Mode')
      : null,
    raw['Parallel Aware'] === true ? 'Parallel' : null,
    kindOf(node),
    join === null || join === 'Inner' ? null : join,
  ].filter((word) => word !== null);
  const target = relation ?? text(raw, 'CTE Name') ?? text(raw, 'Function Name') ?? null;
  const qualified = target === null ? null : schema === null ? target : `${schema}.${target}`;
  return [
    kind.join(' '),
    index === null ? '' : ` using ${index}`,
    qualified === null ? '' : ` on ${qualified}`,
    alias === null || alias === target ? '' : ` ${alias}`,
  ].join('');
}

function kindOf({ type, raw }: PlanNode): string {
  if (type === 'ModifyTable') return text(raw, 'Operation') ?? type;
  if (type !== 'Aggregate') return type;
  const names: Readonly<Record<string, string>> = {
    Hashed: 'HashAggregate',
    Sorted: 'GroupAggregate',
    Mixed: 'MixedAggregate',
  };
  return names[text(raw, 'Strategy') ?? ''] ?? 'Aggregate';
}

/** Whether the node was executed at all; null in a plan that was not executed. */
export function ran({ loops }: PlanNode): boolean | null {
  return loops === null ? null : loops > 0;
}
