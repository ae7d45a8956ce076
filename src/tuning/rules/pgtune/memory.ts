import type { DbSize, Workload } from '../../situation.js';
import { sizeText } from '../../sizeText.js';
import type { Formula } from './formula.js';
import { KB_PER_GB, KB_PER_MB, parallelCpus, type Machine } from './machine.js';

/** Sorts of one query share out what a connection may have. */
const WORK_MEM_DIVISOR: Readonly<Record<Workload, number>> = {
  web: 1,
  oltp: 1,
  olap: 2,
  desktop: 6,
  mixed: 2,
};

const WORK_MEM_FACTOR: Readonly<Record<DbSize, number>> = { less_ram: 1.3, mid_ram: 1, greater_ram: 0.9 };

const LEAST_WORK_MEM_KB = 4 * KB_PER_MB;

/** Worker processes that PGTune reckons with where it does not set their number. */
const WORKERS_UNLESS_SET = 8;

/** What one sort or hash may take, in kB; at least 4MB. */
export function workMemKb(machine: Machine): number {
  const { ramKb, sharedBuffersKb, connections, workload, dbSize } = machine;
  const processes = connections + (parallelCpus(machine) ?? WORKERS_UNLESS_SET);
  const perProcess = (ramKb - sharedBuffersKb) / (processes * 3);
  const perSort = Math.floor(perProcess / WORK_MEM_DIVISOR[workload]);
  return Math.max(Math.floor(perSort * WORK_MEM_FACTOR[dbSize]), LEAST_WORK_MEM_KB);
}

/** PGTune's formulas for memory. */
export const MEMORY: readonly Formula[] = [
  {
    parameter: 'shared_buffers',
    rationale: 'A quarter of RAM, a sixteenth on a desktop; the rest caches files for the operating system.',
    value: ({ sharedBuffersKb }) => sizeText(sharedBuffersKb),
  },
  {
    parameter: 'effective_cache_size',
    rationale: 'What the planner may expect to be cached by PostgreSQL and the operating system together.',
    value: ({ ramKb, workload }) =>
      sizeText(Math.floor(workload === 'desktop' ? ramKb / 4 : (3 * ramKb) / 4)),
  },
  {
    parameter: 'maintenance_work_mem',
    rationale: 'For VACUUM and CREATE INDEX, of which few run at once; at most 8GB.',
    value: ({ maintenanceWorkMemKb }) => sizeText(maintenanceWorkMemKb),
  },
  {
    parameter: 'autovacuum_work_mem',
    rationale: 'Each autovacuum worker could take the whole of maintenance_work_mem; 2GB is enough for one.',
    value: ({ maintenanceWorkMemKb }) =>
      maintenanceWorkMemKb >= 2 * KB_PER_GB ? sizeText(2 * KB_PER_GB) : null,
  },
  {
    parameter: 'work_mem',
    rationale: 'What RAM is left beside shared_buffers, shared among all connections and parallel workers.',
    value: (machine) => sizeText(workMemKb(machine)),
  },
  {
    parameter: 'huge_pages',
    rationale: 'Huge pages are worth trying from 2GB of shared_buffers on.',
    value: ({ sharedBuffersKb }) => (sharedBuffersKb >= 2 * KB_PER_GB ? 'try' : 'off'),
  },
];
