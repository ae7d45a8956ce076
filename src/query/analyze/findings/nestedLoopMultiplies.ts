import { nodeName, number, type PlanNode } from '../../plan/planNode.js';
import type { Finding, PlanRule } from './finding.js';

/** Repetitions of the inner side, and rows that it looked at in all of them. */
const LOOPS = 1000;
const ROWS_READ = 1_000_000;
/** How many times more often it ran than was expected. */
const UNEXPECTED = 10;

export const nestedLoopMultiplies: PlanRule = {
  code: 'nested_loop_multiplies',
  about: 'the inner side of a nested loop was run again and again, and that is where the work went',
  needsExecution: true,
  find: ({ nodes }) => nodes.flatMap((node) => multiplied(node) ?? []),
};

function multiplied(node: PlanNode): Finding | null {
  if (node.type !== 'Nested Loop') return null;
  const outer = node.children.find(({ relationship }) => relationship === 'Outer');
  const inner = node.children.find(({ relationship }) => relationship === 'Inner');
  const loops = inner?.loops ?? 0;
  if (outer === undefined || inner === undefined || loops < LOOPS) return null;
  const read = readBy(inner);
  const expected = Math.max(outer.expectedRows ?? 0, 1);
  const unexpected = loops / expected >= UNEXPECTED;
  if (read < ROWS_READ && !(unexpected && loops >= 10 * LOOPS)) return null;
  return {
    severity: read >= 100 * ROWS_READ ? 'critical' : 'warning',
    node,
    evidence: {
      loops,
      expected_loops: expected,
      rows_read: read,
      inner: nodeName(inner),
      inner_path: inner.path,
    },
    advice: unexpected
      ? 'The planner expected far fewer repetitions: mend the estimate of the outer side (row_misestimate), and it will choose another join.'
      : 'Every repetition reads many rows: an index on the inner side’s join columns, or an equality that a hash join can use, would spare that.',
  };
}

/** Rows that a subtree's scans looked at, in all loops: what they gave and what they threw away. */
function readBy(node: PlanNode): number {
  const removed = ['Rows Removed by Filter', 'Rows Removed by Join Filter', 'Rows Removed by Index Recheck']
    .map((key) => number(node.raw, key) ?? 0)
    .reduce((sum, rows) => sum + rows, 0);
  const own = (node.rows ?? 0) + removed * (node.loops ?? 0);
  return Math.max(own, ...node.children.map(readBy));
}
