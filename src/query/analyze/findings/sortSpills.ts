import { isObject, type RawNode } from '../../plan/planDocument.js';
import { number, type PlanNode, text } from '../../plan/planNode.js';
import type { Finding, Judged, PlanRule } from './finding.js';
import { aligned, asSetting, fromKb, powerOfTwo } from './memoryAdvice.js';

/** Of each row the array that is sorted holds a SortTuple; the array doubles as it grows. */
const SORT_TUPLE_BYTES = 24;
/** What an allocation costs beside its contents. */
const CHUNK_HEADER_BYTES = 16;
/** The oldest major whose sorts do not round allocations up to powers of two. */
const TIGHT_SINCE = 15;

/**
 * Memory that a sort takes which took so much of a temporary file.
 * Source: grow_memtuples() and the tuple contexts in src/backend/utils/sort/tuplesort.c; checked by running sorts with it.
 */
function sortMemory(diskBytes: number, rows: number, major: number): number {
  if (rows < 1) return diskBytes;
  const tuple = diskBytes / rows;
  const chunk = major < TIGHT_SINCE ? powerOfTwo(tuple) : aligned(tuple);
  return rows * (chunk + CHUNK_HEADER_BYTES) + powerOfTwo(rows) * SORT_TUPLE_BYTES;
}

export const sortSpills: PlanRule = {
  code: 'sort_spills',
  about: 'a sort did not fit into work_mem and went through temporary files',
  needsExecution: true,
  find: (judged) => judged.nodes.flatMap((node) => spill(judged, node) ?? []),
};

function spill({ workMemBytes, major }: Judged, node: PlanNode): Finding | null {
  if (node.type !== 'Sort' && node.type !== 'Incremental Sort') return null;
  const disks = [node.raw, ...workersOf(node.raw)].flatMap(diskOf);
  const [largest] = [...disks].sort((a, b) => b - a);
  if (largest === undefined) return null;
  const rows = rowsOfOne(node, disks.length);
  const needed = sortMemory(largest, rows, major);
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
    advice: `SET work_mem = '${asSetting(needed)}' would hold it, in each process (by its rows and their size on disk); or an index in this order, or fewer columns, or LIMIT, would spare the sort.`,
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
