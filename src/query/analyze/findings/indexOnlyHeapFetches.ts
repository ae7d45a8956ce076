import { number, type PlanNode } from '../../plan/planNode.js';
import type { Finding, Judged, PlanRule } from './finding.js';

/** Visits to the table, and their share of the rows, from which it is worth telling. */
const FETCHES = 1000;
const SHARE = 0.1;

export const indexOnlyHeapFetches: PlanRule = {
  code: 'index_only_heap_fetches',
  about: 'an index-only scan had to visit the table, because pages are not marked visible to all',
  needsExecution: true,
  find: (judged) => judged.nodes.flatMap((node) => fetches(judged, node) ?? []),
};

function fetches({ factsOf }: Judged, node: PlanNode): Finding | null {
  const fetched = node.type === 'Index Only Scan' ? number(node.raw, 'Heap Fetches') : null;
  if (fetched === null || fetched < FETCHES) return null;
  const rows = (node.rows ?? 0) + (number(node.raw, 'Rows Removed by Filter') ?? 0) * (node.loops ?? 0);
  if (fetched / Math.max(rows, 1) < SHARE) return null;
  const facts = factsOf(node);
  const table = facts === null ? 'the table' : `${String(facts.schema)}.${String(facts.relation)}`;
  return {
    severity: 'warning',
    node,
    evidence: {
      heap_fetches: fetched,
      rows,
      pages: facts?.pages ?? null,
      all_visible_pages: facts?.all_visible_pages ?? null,
    },
    advice: `VACUUM ${table} marks its pages visible; if it does not stay so, let autovacuum come more often to it, and look for what holds the xmin horizon.`,
  };
}
