import { nodeName, number, type PlanNode, text } from '../plan/planNode.js';

/** What stands under a node, when it has it. */
const DETAILS = [
  'Index Cond',
  'Recheck Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'Filter',
  'One-Time Filter',
  'Sort Key',
  'Group Key',
  'Sort Method',
  'Hash Batches',
  'HashAgg Batches',
  'Heap Fetches',
  'Lossy Heap Blocks',
  'Rows Removed by Filter',
  'Rows Removed by Join Filter',
  'Rows Removed by Index Recheck',
  'Subplans Removed',
  'Workers Planned',
  'Workers Launched',
  'Subplan Name',
] as const;

/** Those that say nothing while they are so. */
const SILENT: Readonly<Partial<Record<(typeof DETAILS)[number], number>>> = {
  'Hash Batches': 1,
  'HashAgg Batches': 1,
  'Lossy Heap Blocks': 0,
  'Heap Fetches': 0,
  'Rows Removed by Filter': 0,
  'Rows Removed by Join Filter': 0,
  'Rows Removed by Index Recheck': 0,
  'Subplans Removed': 0,
};

const LONGEST_DETAIL = 120;

/**
 * The plan as lines of text, a node each with what it is about below it.
 * @param codes what was found at a node, by its path
 */
export function drawTree(nodes: readonly PlanNode[], codes: ReadonlyMap<string, readonly string[]>): string {
  const [root] = nodes;
  return root === undefined ? '' : linesOf(root, codes, '', '').join('\n');
}

function linesOf(
  node: PlanNode,
  codes: ReadonlyMap<string, readonly string[]>,
  first: string,
  rest: string,
): string[] {
  const found = codes.get(node.path) ?? [];
  const mark = found.length === 0 ? '' : `  ◀ ${found.join(', ')}`;
  const bar = node.children.length === 0 ? '   ' : '│  ';
  return [
    `${first}${nodeName(node)}  ${figures(node)}${mark}`,
    ...detailsOf(node).map((detail) => `${rest}${bar} ${detail}`),
    ...node.children.flatMap((child, at) => {
      const isLast = at === node.children.length - 1;
      return linesOf(child, codes, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`);
    }),
  ];
}

function figures(node: PlanNode): string {
  const { rows, expectedRows, loops, timeMs, cost, planRows } = node;
  if (loops === null) return `rows ${shown(planRows)}, cost ${shown(cost)}`;
  if (loops === 0) return 'never executed';
  const times = loops === 1 ? '' : `, loops ${shown(loops)}`;
  const time = timeMs === null ? '' : `, ${shown(timeMs)} ms`;
  return `rows ${shown(rows ?? 0)} of ${shown(expectedRows ?? 0)} expected${times}${time}, cost ${shown(cost)}`;
}

function shown(value: number): string {
  const digits = Math.abs(value) < 100 && !Number.isInteger(value) ? 2 : 0;
  return value.toFixed(digits).replace(/\B(?=(?:\d{3})+(?!\d))/g, digits === 0 ? ',' : '');
}

function detailsOf({ raw }: PlanNode): string[] {
  return DETAILS.flatMap((key) => {
    const value = detail(raw[key]);
    return value === null || (raw[key] ?? null) === SILENT[key] ? [] : [`${key}: ${value}`];
  }).concat(
    text(raw, 'Sort Space Type') === 'Disk' ? [`Disk: ${String(number(raw, 'Sort Space Used'))} kB`] : [],
  );
}

function detail(value: unknown): string | null {
  const written =
    typeof value === 'string'
      ? value
      : typeof value === 'number'
        ? shown(value)
        : isList(value)
          ? value.join(', ')
          : null;
  if (written === null || written.length <= LONGEST_DETAIL) return written;
  return `${written.slice(0, LONGEST_DETAIL)}…`;
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
