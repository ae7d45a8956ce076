import { isObject, type RawNode } from '../../plan/planDocument.js';
import { number, type PlanNode, text } from '../../plan/planNode.js';
import type { Finding, Judged, PlanRule } from './finding.js';
import { asSetting, fromKb } from './memoryAdvice.js';

/**
 * What a row costs in memory beyond its place in the file: a SortTuple (24 bytes) and the allocation's header and
 * rounding (16). The array of SortTuples doubles until it would not fit, so that half of it may be unused.
 * Source: src/backend/utils/sort/tuplesort.c, grow_memtuples() and GETMEMORYSPACE.
 */
const ROW_BYTES = 2 * 24 + 16;

export const sortSpills: PlanRule = {
  code: 'sort_spills',
  about: 'a sort did not fit into work_mem and went through temporary files',
  needsExecution: true,
  find: ({ nodes, workMemBytes }) => nodes.flatMap((node) => spill(node, workMemBytes) ?? []),
};

function spill(node: PlanNode, workMemBytes: Judged['workMemBytes']): Finding | null {
  if (node.type !== 'Sort' && node.type !== 'Incremental Sort') return null;
  const disks = [node.raw, ...workersOf(node.raw)].flatMap(diskOf);
  const [largest] = [...disks].sort((a, b) => b - a);
  if (largest === undefined) return null;
  const rows = rowsOfOne(node, disks.length);
  const needed = largest + rows * ROW_BYTES;
  return {
    severity: 'warning',
    node,
    evidence: {
      sort_key: node.raw['Sort Key'] ?? null,
      method: text(node.raw, 'Sort Method'),
      disk_bytes: disks.reduce((sum, bytes) => sum + bytes, 0),
      processes: disks.length,
      rows,
      work_mem_bytes: workMemBytes,
      needed_work_mem_bytes: Math.ceil(needed),
    },
    advice: `SET work_mem = '${asSetting(needed)}' would hold it (its size on disk and ${String(ROW_BYTES)} bytes for each row), in each process; or an index in this order, or fewer columns, or LIMIT, would spare the sort.`,
  };
}

/** What the workers say of themselves. */
export function workersOf(raw: RawNode): RawNode[] {
  const workers = raw['Workers'];
  return Array.isArray(workers) ? workers.filter(isObject) : [];
}

/** Bytes on disk that a process tells of; none when it sorted in memory. */
function diskOf(raw: RawNode): number[] {
  const groups = ['Full-sort Groups', 'Pre-sorted Groups'].flatMap((key) => {
    const space = isObject(raw[key]) ? raw[key]['Sort Space Disk'] : undefined;
    const peak = isObject(space) ? number(space, 'Peak Sort Space Used') : null;
    return peak === null ? [] : [fromKb(peak)];
  });
  const used = number(raw, 'Sort Space Used');
  const own = text(raw, 'Sort Space Type') === 'Disk' && used !== null ? [fromKb(used)] : [];
  return [...own, ...groups];
}

/** Rows that one process sorted at a time. */
function rowsOfOne(node: PlanNode, processes: number): number {
  const { rows, loops } = node;
  if (rows === null || loops === null || loops === 0) return 0;
  return processes > 1
    ? rows / processes
    : Math.max(rows / loops, number(node.children[0]?.raw ?? {}, 'Actual Rows') ?? 0);
}
