import { nodeName, type PlanNode, text } from '../../plan/planNode.js';
import { columnsIn, conditionsOf } from './conditions.js';
import type { Finding, Judged, PlanRule } from './finding.js';

/** How far off an estimate may be, and by how many rows. */
const FACTOR = 10;
const ROWS = 100;
/** What of its error a node must have added to that of the nodes below it. */
const OWN_FACTOR = 4;
/** Changed rows, as a share of the table, from which statistics count as old (autovacuum_analyze_scale_factor). */
const STALE_RATIO = 0.1;

/** Nodes that pass on the rows of the one below them, or whose number of rows means something else. */
const SILENT = new Set([
  'BitmapAnd',
  'BitmapOr',
  'Bitmap Index Scan',
  'ModifyTable',
  'LockRows',
  'Limit',
  'Memoize',
  'Materialize',
]);

/** Nodes that read all that is below them before they give their first row. */
const BLOCKING = new Set(['Sort', 'Hash', 'Aggregate', 'Bitmap Heap Scan']);

export const rowMisestimate: PlanRule = {
  code: 'row_misestimate',
  about: 'far more or fewer rows came than were expected; told at the lowest node where it starts',
  needsExecution: true,
  find: (judged) => judged.nodes.flatMap((node) => misestimate(judged, node) ?? []),
};

function misestimate(judged: Judged, node: PlanNode): Finding | null {
  const { rows, expectedRows, loops } = node;
  if (rows === null || expectedRows === null || loops === null || loops === 0 || SILENT.has(node.type))
    return null;
  const factor = errorOf(node);
  if (Math.max(factor, 1 / factor) < FACTOR || Math.abs(rows - expectedRows) < ROWS) return null;
  const inherited = inputsOf(node).reduce((product, child) => product * errorOf(child), 1);
  const own = factor / inherited;
  if ((factor > 1 ? own : 1 / own) < OWN_FACTOR) return null;
  if (factor < 1 ? mayStopEarly(node) : mayRepeat(node)) return null;
  const found = Math.max(factor, 1 / factor);
  return {
    severity: found >= 100 && rows >= 10_000 ? 'critical' : 'warning',
    node,
    evidence: {
      expected_rows: rounded(expectedRows),
      rows: rounded(rows),
      loops,
      factor: rounded(found),
      direction: factor > 1 ? 'underestimated' : 'overestimated',
      ...remedyOf(judged, node).evidence,
    },
    advice: remedyOf(judged, node).advice,
  };
}

/** Rows that came for each that was expected; estimates are never below one row. */
function errorOf({ rows, expectedRows, loops }: PlanNode): number {
  const least = loops ?? 1;
  return Math.max(rows ?? 0, least) / Math.max(expectedRows ?? 0, least);
}

/** The nodes whose rows a node works on: not the plans of its subqueries in expressions. */
function inputsOf({ children }: PlanNode): PlanNode[] {
  return children.filter(
    ({ relationship, type }) => !isSubPlan(relationship) && type !== 'Bitmap Index Scan',
  );
}

function isSubPlan(relationship: string | null): boolean {
  return relationship === 'InitPlan' || relationship === 'SubPlan';
}

/** Whether somebody above may have had enough before the node had given all its rows. */
function mayStopEarly(node: PlanNode): boolean {
  for (let at = node; at.parent !== null; at = at.parent) {
    const { parent } = at;
    if (isSubPlan(at.relationship) || parent.type === 'Limit' || parent.type === 'Merge Join') return true;
    const join = text(parent.raw, 'Join Type');
    const satisfied = parent.raw['Inner Unique'] === true || join === 'Semi' || join === 'Anti';
    if (parent.type === 'Nested Loop' && at.relationship === 'Inner' && satisfied) return true;
    if (BLOCKING.has(parent.type)) return false;
  }
  return false;
}

/** Whether rows were counted again and again: a merge join goes back in its inner input. */
function mayRepeat(node: PlanNode): boolean {
  for (let at = node; at.parent !== null; at = at.parent) {
    if (at.parent.type === 'Merge Join' && at.relationship === 'Inner') return true;
    if (BLOCKING.has(at.parent.type) && at.parent.type !== 'Sort') return false;
  }
  return false;
}

function remedyOf(
  { factsOf, major }: Judged,
  node: PlanNode,
): { advice: string; evidence: Record<string, unknown> } {
  const facts = factsOf(node);
  const conditions = conditionsOf(node);
  const columns = columnsIn(conditions, facts);
  const table = facts === null ? null : `${String(facts.schema)}.${String(facts.relation)}`;
  const evidence = {
    conditions,
    columns,
    analyzed_at: facts?.analyzed_at ?? null,
    changed_rows: facts?.changed_rows ?? null,
  };
  if (table === null || facts === null) {
    return {
      evidence,
      advice: `No statistics are kept of what ${nodeName(node)} gives: look at the estimates of its inputs, or write the condition so that it is one on a table.`,
    };
  }
  const stale = (facts.changed_rows ?? 0) > STALE_RATIO * Math.max(facts.rows ?? 0, 1);
  if (facts.has_statistics !== true || stale) {
    return {
      evidence: { ...evidence, remedy: 'analyze' },
      advice: `ANALYZE ${table}: its statistics are missing or older than many of its rows.`,
    };
  }
  const covered = (facts.extended ?? []).some((kept) => columns.every((column) => kept.includes(column)));
  if (columns.length >= 2 && !covered) {
    const list = columns.join(', ');
    return {
      evidence: { ...evidence, remedy: 'create_statistics' },
      advice: `The conditions on ${list} seem to depend on each other: CREATE STATISTICS (dependencies, ndistinct, mcv) ON ${list} FROM ${table}, then ANALYZE ${table}.`,
    };
  }
  const wrapped = conditions.some((condition) => /\w\(|::/.test(condition));
  if (wrapped && major >= 14) {
    return {
      evidence: { ...evidence, remedy: 'create_statistics' },
      advice: `The planner guesses about expressions: CREATE STATISTICS ON (the expression) FROM ${table}, or an index on it, then ANALYZE ${table}.`,
    };
  }
  return {
    evidence: { ...evidence, remedy: 'statistics_target' },
    advice: `Raise the statistics target of ${columns.length === 0 ? 'its columns' : columns.join(', ')} (ALTER TABLE ${table} ALTER COLUMN … SET STATISTICS), then ANALYZE ${table}.`,
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
