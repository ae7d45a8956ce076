import type { Chosen, Proposal, Rule } from '../../rule.js';
import type { Situation } from '../../situation.js';
import { agreedSource, pgtuneValue } from '../ofPgtune.js';

const REFERENCE =
  'https://www.postgresql.org/docs/current/runtime-config-resource.html#RUNTIME-CONFIG-RESOURCE-WORKER-PROCESSES';

/** A parallel scan asks for one more worker each time a table is three times larger: more than this it never does. */
const MOST_PER_GATHER_OLAP = 16;
const MOST_PER_GATHER = 4;
const MOST_MAINTENANCE = 4;
const ENOUGH_CPUS = 4;

/** max_worker_processes is never lowered: standbys must have at least as many, and extensions take theirs from it. */
export const parallelism: Rule = {
  id: 'parallel.workers',
  title: 'As many parallel workers as there are CPUs, and few per query where queries are short',
  parameters: [
    'max_worker_processes',
    'max_parallel_workers',
    'max_parallel_workers_per_gather',
    'max_parallel_maintenance_workers',
  ],
  reference: REFERENCE,
  propose: (situation, chosen) => {
    const { cpus } = situation.host;
    if (cpus === null) return [];
    const whole = Math.max(1, Math.floor(cpus));
    return [
      ...processes(situation, chosen, whole),
      ...workers(situation, chosen, whole),
      ...perGather(situation, chosen, whole),
      ...maintenance(situation, chosen, whole),
    ];
  },
};

function processes(situation: Situation, chosen: Chosen, cpus: number): readonly Proposal[] {
  const current = chosen.numberOf('max_worker_processes');
  if (current === null || cpus <= current) return [];
  const rationale =
    'Parallel workers, logical replication and extensions all take theirs from it. A restart is needed; standbys must have at least as many first.';
  return [line(situation, chosen, 'max_worker_processes', cpus, rationale)];
}

/** Where queries are short, more workers than CPUs only take turns; analysis may wait for storage meanwhile. */
function workers(situation: Situation, chosen: Chosen, cpus: number): readonly Proposal[] {
  const current = chosen.numberOf('max_parallel_workers');
  const isShort = ['oltp', 'web', 'desktop'].includes(situation.workload);
  const target = Math.max(2, cpus);
  if (current === null || target === current || (target < current && !isShort)) return [];
  return [
    line(
      situation,
      chosen,
      'max_parallel_workers',
      target,
      'All queries together have one worker for each CPU.',
    ),
  ];
}

function perGather(situation: Situation, chosen: Chosen, cpus: number): readonly Proposal[] {
  const current = chosen.numberOf('max_parallel_workers_per_gather');
  const { workload } = situation;
  const half = Math.ceil(cpus / 2);
  if (current === null) return [];
  if (workload === 'olap' || workload === 'mixed') {
    const target = Math.min(half, workload === 'olap' ? MOST_PER_GATHER_OLAP : MOST_PER_GATHER);
    if (cpus < ENOUGH_CPUS || target <= current) return [];
    const rationale = 'One query may use half of the CPUs; a large scan then takes a fraction of the time.';
    return [line(situation, chosen, 'max_parallel_workers_per_gather', target, rationale)];
  }
  const target = cpus - 1;
  if (cpus > 2 || target >= current) return [];
  const rationale = `With ${String(cpus)} CPU${cpus === 1 ? '' : 's'} parallel plans take from other sessions what they gain.`;
  return [line(situation, chosen, 'max_parallel_workers_per_gather', target, rationale)];
}

function maintenance(situation: Situation, chosen: Chosen, cpus: number): readonly Proposal[] {
  const current = chosen.numberOf('max_parallel_maintenance_workers');
  const target = Math.min(MOST_MAINTENANCE, Math.ceil(cpus / 2));
  if (current === null || cpus < ENOUGH_CPUS || target <= current) return [];
  const rationale = 'CREATE INDEX, and VACUUM of several indexes, use half of the CPUs, at most 4.';
  return [line(situation, chosen, 'max_parallel_maintenance_workers', target, rationale)];
}

function line(
  situation: Situation,
  chosen: Chosen,
  parameter: string,
  target: number,
  rationale: string,
): Proposal {
  const value = String(target);
  const { workload, host } = situation;
  return {
    ...{ parameter, value, rationale },
    confidence: 'medium',
    source: agreedSource(value, pgtuneValue(situation, chosen, parameter)),
    evidence: { cpus: host.cpus, workload, in_force: chosen.numberOf(parameter) },
  };
}
