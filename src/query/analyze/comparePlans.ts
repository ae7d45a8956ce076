import { PgdbaError } from '../../core/errors.js';
import { asPlanDocument, isObject, type PlanDocument } from '../plan/planDocument.js';
import { nodeName, nodesOf, number, type PlanNode } from '../plan/planNode.js';
import type { ComparedNode, ComparedSide, Comparison } from './analyzeData.js';
import { summarizePlan } from './planSummary.js';

/**
 * The plan in a document that --compare names: an envelope of this command, or what EXPLAIN (FORMAT JSON) wrote.
 * @throws PgdbaError `invalid_input`
 */
export function readComparedPlan(text: string): PlanDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PgdbaError('invalid_input', '--compare: the file is not JSON', { cause: error });
  }
  const inEnvelope = isObject(value) && isObject(value['data']) ? value['data']['plan'] : value;
  const document = asPlanDocument(inEnvelope);
  if (document !== null) return document;
  throw new PgdbaError('invalid_input', '--compare: the file holds no plan', {
    hint: 'It is an earlier answer of pgdba query analyze, or the output of EXPLAIN (FORMAT JSON).',
  });
}

/** Two plans side by side. */
export function comparePlans(before: PlanDocument, after: PlanDocument, blockBytes: number): Comparison {
  const [was, is] = [summarizePlan(before, blockBytes), summarizePlan(after, blockBytes)];
  const side = (node: PlanNode): ComparedSide => sideOf(node, blockBytes);
  const nodes = pair(nodesOf(before)[0], nodesOf(after)[0]).map(([a, b]): ComparedNode => {
    const change = a === null ? 'added' : b === null ? 'removed' : kind(a) === kind(b) ? 'same' : 'changed';
    return {
      change,
      before_path: a?.path ?? null,
      after_path: b?.path ?? null,
      before_node: a === null ? null : nodeName(a),
      after_node: b === null ? null : nodeName(b),
      before: a === null ? null : side(a),
      after: b === null ? null : side(b),
    };
  });
  return {
    before: was,
    cost_ratio: ratio(is.total_cost, was.total_cost),
    time_ratio: ratio(is.execution_time_ms, was.execution_time_ms),
    same_shape: nodes.every(({ change }) => change === 'same'),
    nodes,
  };
}

function ratio(after: number | null, before: number | null): number | null {
  return after === null || before === null || before === 0
    ? null
    : Math.round((after / before) * 10_000) / 10_000;
}

function sideOf(node: PlanNode, blockBytes: number): ComparedSide {
  const { cost, planRows, rows, timeMs, raw } = node;
  const blocks = ['Shared Hit Blocks', 'Shared Read Blocks'].map((key) => number(raw, key));
  const known = node.loops !== null && blocks.every((count) => count !== null);
  const read = blocks.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return { cost, plan_rows: planRows, rows, time_ms: timeMs, read_bytes: known ? read * blockBytes : null };
}

type Pair = readonly [PlanNode | null, PlanNode | null];

/** Pairs of nodes that do the same work, each before those below it. */
function pair(a: PlanNode | undefined, b: PlanNode | undefined): Pair[] {
  if (a === undefined) return all(b).map((node) => [null, node]);
  if (b === undefined) return all(a).map((node) => [node, null]);
  if (kind(a) !== kind(b)) {
    // One more node of one input on one side (a Sort, a Gather): what is below it is what matches.
    const [belowA, belowB] = [single(a), single(b)];
    if (belowB !== undefined && likeness(a, belowB) > likeness(a, b)) return [[null, b], ...pair(a, belowB)];
    if (belowA !== undefined && likeness(belowA, b) > likeness(a, b)) return [[a, null], ...pair(belowA, b)];
  }
  return [[a, b], ...pairChildren(a.children, b.children)];
}

function all(node: PlanNode | undefined): PlanNode[] {
  return node === undefined ? [] : [node, ...node.children.flatMap(all)];
}

function single({ children }: PlanNode): PlanNode | undefined {
  return children.length === 1 ? children[0] : undefined;
}

/** What makes two nodes the same step: how it is done, on what. */
function kind({ type, relation, schema, index, raw }: PlanNode): string {
  const how = [type, raw['Strategy'], raw['Join Type'], raw['Parallel Aware'] === true, raw['Operation']];
  return JSON.stringify([...how, schema, relation, index, raw['CTE Name'], raw['Function Name']]);
}

/** How much two subtrees are about the same: 2 for the same kind, 1 for a like one, up to 1 for the relations both read. */
function likeness(a: PlanNode, b: PlanNode): number {
  const [ofA, ofB] = [relationsOf(a), relationsOf(b)];
  const shared = [...ofA].filter((name) => ofB.has(name)).length;
  const overlap = ofA.size + ofB.size === 0 ? 1 : (2 * shared) / (ofA.size + ofB.size);
  const sameTable = a.relation !== null && a.relation === b.relation && a.schema === b.schema;
  return (kind(a) === kind(b) ? 2 : a.type === b.type || sameTable ? 1 : 0) + overlap;
}

function relationsOf(node: PlanNode): Set<string> {
  return new Set(
    all(node).flatMap(({ schema, relation, alias }) =>
      relation === null ? [] : [`${String(schema)}.${relation}.${String(alias)}`],
    ),
  );
}

/** Children that are most alike are paired first; what is left on one side was added or removed. */
function pairChildren(a: readonly PlanNode[], b: readonly PlanNode[]): Pair[] {
  const left = new Set(b);
  const pairs = a.flatMap((node): Pair[] => {
    const best = [...left].reduce<PlanNode | undefined>(
      (found, other) =>
        found === undefined || likeness(node, other) > likeness(node, found) ? other : found,
      undefined,
    );
    if (best === undefined || likeness(node, best) === 0) return pair(node, undefined);
    left.delete(best);
    return pair(node, best);
  });
  return [...pairs, ...[...left].flatMap((node) => pair(undefined, node))];
}
