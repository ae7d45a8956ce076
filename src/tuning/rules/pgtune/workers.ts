import type { Formula } from './formula.js';
import { parallelCpus, type Machine } from './machine.js';

const ONE_PER_CPU = 'As many as there are CPUs.';

function cpuCount(machine: Machine): string | null {
  const cpus = parallelCpus(machine);
  return cpus === null ? null : String(cpus);
}

/** Half of the CPUs, at most `cap`. */
function halfOfCpus(machine: Machine, cap: number): string | null {
  const cpus = parallelCpus(machine);
  return cpus === null ? null : String(Math.min(Math.ceil(cpus / 2), cap));
}

function autovacuumWorkers({ cpus }: Machine): string | null {
  if (cpus === null || cpus < 16) return null;
  return cpus >= 32 ? '5' : '4';
}

/** PGTune's formulas for worker processes and asynchronous reading. */
export const WORKERS: readonly Formula[] = [
  {
    parameter: 'autovacuum_max_workers',
    rationale: 'Many CPUs have room for more than three workers.',
    value: autovacuumWorkers,
  },
  {
    parameter: 'io_method',
    since: 18,
    rationale: 'On Linux the kernel’s own queue of reads needs no worker processes.',
    value: () => 'io_uring',
  },
  { parameter: 'max_worker_processes', rationale: ONE_PER_CPU, value: cpuCount },
  {
    parameter: 'max_parallel_workers_per_gather',
    rationale: 'Half of the CPUs, at most 4 except for a data warehouse.',
    value: (machine) => halfOfCpus(machine, machine.workload === 'olap' ? Infinity : 4),
  },
  { parameter: 'max_parallel_workers', rationale: ONE_PER_CPU, value: cpuCount },
  {
    parameter: 'max_parallel_maintenance_workers',
    rationale: 'Half of the CPUs, at most 4.',
    value: (machine) => halfOfCpus(machine, 4),
  },
];
