import type { Storage } from '../../situation.js';
import type { Formula } from './formula.js';
import type { Machine } from './machine.js';

const IO_CONCURRENCY: Readonly<Record<Storage, number>> = { hdd: 2, ssd: 200, san: 300, nvme: 1000 };

/** Data that fits into RAM is read at random as fast as in order; else disks and data warehouses prefer scans. */
function randomPageCost({ dbSize, storage, workload }: Machine): string {
  if (dbSize === 'less_ram') return '1.1';
  return storage === 'hdd' || workload === 'olap' ? '4' : '1.1';
}

/** PGTune's formulas for connections, the planner and reading. */
export const PLANNER: readonly Formula[] = [
  {
    parameter: 'max_connections',
    rationale: 'As many as asked for, else what PGTune expects of the workload.',
    value: ({ connections }) => String(connections),
  },
  {
    parameter: 'default_statistics_target',
    rationale: 'Data warehouses plan long queries, for which finer statistics pay.',
    value: ({ workload }) => (workload === 'olap' ? '500' : '100'),
  },
  {
    parameter: 'random_page_cost',
    rationale: 'By storage, workload and whether the data fits into RAM.',
    value: randomPageCost,
  },
  {
    parameter: 'effective_io_concurrency',
    rationale: 'How many reads the storage serves at once.',
    value: ({ storage }) => String(IO_CONCURRENCY[storage]),
  },
  {
    parameter: 'jit',
    rationale: 'Compiling costs short queries more than it gives.',
    value: ({ workload }) => (workload === 'olap' || workload === 'desktop' ? null : 'off'),
  },
];
