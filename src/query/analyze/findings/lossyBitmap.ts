import { number, type PlanNode } from '../../plan/planNode.js';
import type { Finding, Judged, PlanRule } from './finding.js';
import { asSetting } from './memoryAdvice.js';
import { workersOf } from './sortSpills.js';

/** Lossy pages, and their share, from which it is worth telling. */
const PAGES = 100;
const SHARE = 0.1;

/** Memory of a bitmap for one page. Source: tbm_calculate_entries() in src/backend/nodes/tidbitmap.c, on 64 bits. */
const PAGE_BYTES = 64;

export const lossyBitmap: PlanRule = {
  code: 'lossy_bitmap',
  about:
    'a bitmap did not fit into work_mem and kept pages instead of rows: each of their rows is checked again',
  needsExecution: true,
  find: (judged) => judged.nodes.flatMap((node) => lossy(judged, node) ?? []),
};

function lossy({ workMemBytes, factsOf }: Judged, node: PlanNode): Finding | null {
  if (node.type !== 'Bitmap Heap Scan') return null;
  const blocks = (key: string): number =>
    [node.raw, ...workersOf(node.raw)].reduce((sum, raw) => sum + (number(raw, key) ?? 0), 0);
  const [exact, lossyPages] = [blocks('Exact Heap Blocks'), blocks('Lossy Heap Blocks')];
  if (lossyPages < PAGES || lossyPages / (exact + lossyPages) < SHARE) return null;
  const pages = Math.max(exact + lossyPages, factsOf(node)?.pages ?? 0);
  const needed = pages * PAGE_BYTES;
  return {
    severity: 'warning',
    node,
    evidence: {
      exact_pages: exact,
      lossy_pages: lossyPages,
      rechecked_rows: (number(node.raw, 'Rows Removed by Index Recheck') ?? 0) * (node.loops ?? 0),
      work_mem_bytes: workMemBytes,
      needed_work_mem_bytes: needed,
    },
    advice: `SET work_mem = '${asSetting(needed)}' would keep every page exact (${String(PAGE_BYTES)} bytes for each); or an index that finds fewer pages.`,
  };
}
