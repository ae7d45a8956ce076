import type { PlanDocument } from '../plan/planDocument.js';
import { nodeName, nodesOf, number } from '../plan/planNode.js';
import type { PlanSummary } from './analyzeData.js';

/** Blocks are 8 KiB unless PostgreSQL was built otherwise. */
export const USUAL_BLOCK_BYTES = 8192;

/** The plan in a few numbers. @param blockBytes block_size of the server */
export function summarizePlan(document: PlanDocument, blockBytes = USUAL_BLOCK_BYTES): PlanSummary {
  const nodes = nodesOf(document);
  const [root] = nodes;
  if (root === undefined) throw new Error('a plan has a node');
  const executed = root.loops !== null;
  const statement = document[0] ?? {};
  const blocks = (key: string): number | null => {
    const count = executed ? number(root.raw, key) : null;
    return count === null ? null : count * blockBytes;
  };
  return {
    node: nodeName(root),
    nodes: nodes.length,
    total_cost: root.cost,
    plan_rows: root.planRows,
    rows: root.rows,
    planning_time_ms: number(statement, 'Planning Time'),
    execution_time_ms: number(statement, 'Execution Time'),
    shared_hit_bytes: blocks('Shared Hit Blocks'),
    shared_read_bytes: blocks('Shared Read Blocks'),
    temp_read_bytes: blocks('Temp Read Blocks'),
    temp_written_bytes: blocks('Temp Written Blocks'),
    wal_bytes: executed ? number(root.raw, 'WAL Bytes') : null,
  };
}
