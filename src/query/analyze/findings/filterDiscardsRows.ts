import { nodeName, number, type PlanNode, ran, text } from '../../plan/planNode.js';
import { columnsIn } from './conditions.js';
import type { RelationFacts } from '../relationFacts.js';
import type { Finding, Judged, PlanRule } from './finding.js';
import { wrappedColumns } from './indexDefeated.js';

/** Rows that are read for nothing, and their share, from which it is worth telling. */
const DISCARDED = 10_000;
const SHARE = 0.9;

/** How many rows each key says were thrown away, and which condition did it. */
const REMOVED = [
  ['Rows Removed by Filter', 'Filter'],
  ['Rows Removed by Join Filter', 'Join Filter'],
] as const;

export const filterDiscardsRows: PlanRule = {
  code: 'filter_discards_rows',
  about:
    'most of the rows that are read do not fulfil the condition; in a plan that was not executed, by estimate',
  needsExecution: false,
  find: (judged) =>
    judged.nodes.flatMap((node) =>
      ran(node) === null ? (estimated(judged, node) ?? []) : measured(judged, node),
    ),
};

function measured(judged: Judged, node: PlanNode): Finding[] {
  return REMOVED.flatMap(([key, condition]) => {
    const perLoop = number(node.raw, key);
    if (perLoop === null || node.loops === null) return [];
    const discarded = perLoop * node.loops;
    const kept = node.rows ?? 0;
    return enough(discarded, kept)
      ? [finding(judged, node, { condition, discarded, kept, measured: true })]
      : [];
  });
}

/** Of a sequential scan it is known how many rows it reads. */
function estimated(judged: Judged, node: PlanNode): Finding | null {
  const all = judged.factsOf(node)?.rows ?? null;
  if (node.type !== 'Seq Scan' || all === null || text(node.raw, 'Filter') === null) return null;
  const discarded = all - node.planRows;
  if (node.raw['Parallel Aware'] === true || isCutShort(node) || !enough(discarded, node.planRows))
    return null;
  return finding(judged, node, { condition: 'Filter', discarded, kept: node.planRows, measured: false });
}

/** A scan below LIMIT ends as soon as there are rows enough. */
function isCutShort({ parent }: PlanNode): boolean {
  return parent?.type === 'Limit';
}

function enough(discarded: number, kept: number): boolean {
  return discarded >= DISCARDED && discarded / (discarded + kept) >= SHARE;
}

interface Discard {
  readonly condition: string;
  readonly discarded: number;
  readonly kept: number;
  readonly measured: boolean;
}

function finding(judged: Judged, node: PlanNode, { condition, discarded, kept, measured }: Discard): Finding {
  const written = text(node.raw, condition);
  const facts = judged.factsOf(node);
  const columns = columnsIn(written === null ? [] : [written], facts);
  return {
    severity: discarded >= 100 * DISCARDED ? 'critical' : 'warning',
    node,
    evidence: { condition: written, columns, discarded_rows: discarded, kept_rows: kept, measured },
    advice: isWrapped(written, facts) ? WRAPPED : adviceFor(node, columns),
  };
}

const WRAPPED =
  'There is an index, but a function or cast around its column keeps it from being used: see index_defeated.';

/** Whether an index would find the rows if the condition were on the bare column. */
function isWrapped(condition: string | null, facts: RelationFacts | null): boolean {
  if (condition === null || facts === null) return false;
  const firsts = new Set((facts.indexes ?? []).map(({ keys }) => keys[0]));
  return wrappedColumns(condition, facts).some(({ column }) => firsts.has(column));
}

function adviceFor(node: PlanNode, columns: readonly string[]): string {
  const list = columns.join(', ');
  if (node.type.endsWith('Join') || node.type === 'Nested Loop') {
    return 'Rows are matched and then thrown away: join on the condition itself, with an index on its columns.';
  }
  if (node.relation === null) return 'Filter earlier: move the condition to where the rows come from.';
  return node.index === null
    ? `An index on ${list === '' ? 'what the condition compares' : list} would read only the rows that are wanted.`
    : `${nodeName(node)} finds more than is wanted: add ${list === '' ? 'what the condition compares' : list} to the index, or make it partial.`;
}
