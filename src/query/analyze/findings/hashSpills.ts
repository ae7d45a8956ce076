import { number, type PlanNode } from '../../plan/planNode.js';
import type { Finding, Judged, PlanRule } from './finding.js';
import { aligned, asSetting, fromKb, powerOfTwo } from './memoryAdvice.js';

/**
 * A row in a hash table: HashJoinTuple header 16, MinimalTuple header 16, and its columns; and its share of the buckets,
 * a power of two of pointers, one for each row. Source: ExecChooseHashTableSize() in src/backend/executor/nodeHash.c.
 */
const ROW_HEADER_BYTES = 32;
const POINTER_BYTES = 8;
/** Of a group in a hash aggregate: entry, representative tuple and transition values, before its own columns. */
const GROUP_BYTES = 80;

export const hashSpills: PlanRule = {
  code: 'hash_spills',
  about: 'a hash table did not fit into work_mem and went through temporary files in batches',
  needsExecution: true,
  find: (judged) =>
    judged.nodes.flatMap((node) => joinSpill(judged, node) ?? aggregateSpill(judged, node) ?? []),
};

function joinSpill(judged: Judged, node: PlanNode): Finding | null {
  const batches = number(node.raw, 'Hash Batches');
  if (node.type !== 'Hash' || batches === null || batches <= 1) return null;
  const rows = Math.max(perProcess(node), node.planRows);
  const buckets = powerOfTwo(Math.max(rows, 1024));
  const needed = rows * (ROW_HEADER_BYTES + aligned(node.width)) + buckets * POINTER_BYTES;
  return spilled(judged, node, needed, {
    batches,
    original_batches: number(node.raw, 'Original Hash Batches'),
    rows,
    row_bytes: node.width,
  });
}

/** Of a parallel hash the processes share one table, and each has its part of the memory. */
function perProcess({ rows, loops }: PlanNode): number {
  return (rows ?? 0) / Math.max(loops ?? 1, 1);
}

function aggregateSpill(judged: Judged, node: PlanNode): Finding | null {
  const batches = number(node.raw, 'HashAgg Batches');
  const disk = number(node.raw, 'Disk Usage') ?? 0;
  if (batches === null || (batches <= 1 && disk === 0)) return null;
  const groups = Math.max(perProcess(node), node.planRows);
  const buckets = powerOfTwo(Math.max(groups, 256) / 0.9);
  const needed = groups * (GROUP_BYTES + aligned(node.width)) + buckets * 2 * POINTER_BYTES;
  return spilled(judged, node, needed, {
    batches,
    disk_bytes: fromKb(disk),
    rows: groups,
    row_bytes: node.width,
  });
}

function spilled(
  { workMemBytes, hashMemMultiplier }: Judged,
  node: PlanNode,
  needed: number,
  evidence: Record<string, unknown>,
): Finding {
  const peak = number(node.raw, 'Peak Memory Usage');
  const workMem = needed / hashMemMultiplier;
  return {
    severity: 'warning',
    node,
    evidence: {
      ...evidence,
      peak_memory_bytes: peak === null ? null : fromKb(peak),
      work_mem_bytes: workMemBytes,
      hash_mem_multiplier: hashMemMultiplier,
      needed_work_mem_bytes: Math.ceil(workMem),
    },
    advice: `SET work_mem = '${asSetting(workMem)}' would hold it in one batch, by its rows and their width (times hash_mem_multiplier ${String(hashMemMultiplier)}); or hash fewer rows or columns.`,
  };
}
