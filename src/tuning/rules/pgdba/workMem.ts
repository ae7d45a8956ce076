import type { Chosen, Rule } from '../../rule.js';
import type { Situation, Workload } from '../../situation.js';
import { withEvidence } from '../grounds.js';
import { likelyConnections } from '../likelyConnections.js';
import { machineOf } from '../pgtune/machine.js';
import { workMemKb } from '../pgtune/memory.js';
import { GB, MB, wholeMegabytes } from '../sizes.js';

/** PostgreSQL's default. */
const LEAST_BYTES = 4 * MB;
/** Beyond it one bad plan costs more than any good one gains; Pigsty's templates stop at 1GB. */
const MOST_BYTES: Readonly<Record<Workload, number>> = {
  oltp: GB / 4,
  web: GB / 4,
  mixed: GB / 2,
  desktop: GB / 2,
  olap: GB,
};

/**
 * PGTune's share-out of the RAM beside shared_buffers, among likely connections and not all allowed ones, and divided by
 * hash_mem_multiplier: a hash may take so many times work_mem. Builds on shared_buffers, max_connections and
 * hash_mem_multiplier. What is larger is lowered only where it would not fit.
 */
export const workMem: Rule = {
  id: 'memory.work_mem',
  title: 'RAM beside shared buffers, shared among the sorts and hashes of the likely connections',
  parameters: ['work_mem'],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM',
  propose: (situation, chosen) => {
    const connections = likelyConnections(situation, chosen);
    const target = targetOf(situation, chosen, connections);
    const current = chosen.numberOf('work_mem');
    if (target === null || current === null || connections === null) return [];
    const fits = fitsIntoRam(situation, chosen, connections * current);
    if (situation.evidence !== null && fits && current >= target) return [];
    return [
      {
        parameter: 'work_mem',
        value: wholeMegabytes(target),
        rationale: fits
          ? 'Each sort or hash of each session may take this much before it spills to disk: the RAM beside shared_buffers over the likely connections, three such steps in each.'
          : 'One sort or hash in each likely connection would take more than the RAM that is left beside shared_buffers; SET work_mem for the few sessions that need more.',
        source: 'pgdba',
        ...withEvidence(situation, ['databases_observed_s'], 'medium', {
          ram_bytes: situation.host.ramBytes,
          shared_buffers_bytes: chosen.numberOf('shared_buffers'),
          connections,
          hash_mem_multiplier: hashMultiplier(chosen),
          in_force_bytes: current,
        }),
      },
    ];
  },
};

function targetOf(situation: Situation, chosen: Chosen, connections: number | null): number | null {
  const machine = machineOf(situation);
  const buffers = chosen.numberOf('shared_buffers');
  if (machine === null || buffers === null || connections === null) return null;
  const kb = workMemKb({ ...machine, connections, sharedBuffersKb: Math.floor(buffers / 1024) });
  const share = Math.floor((kb * 1024) / hashMultiplier(chosen) / MB) * MB;
  return Math.min(MOST_BYTES[situation.workload], Math.max(LEAST_BYTES, share));
}

/** 12 has no such setting: hashes take no more than sorts. */
function hashMultiplier(chosen: Chosen): number {
  return chosen.numberOf('hash_mem_multiplier') ?? 1;
}

function fitsIntoRam({ host }: Situation, chosen: Chosen, bytes: number): boolean {
  const buffers = chosen.numberOf('shared_buffers') ?? 0;
  return host.ramBytes === null || buffers + bytes * hashMultiplier(chosen) <= host.ramBytes;
}
