import type { Situation } from '../../../src/tuning/situation.js';

export const GB = 1024 ** 3;

type Change = Partial<Omit<Situation, 'host'>> & Partial<Situation['host']>;

/** A planned PostgreSQL 18 for mixed work with 24GB, 2 CPUs and SSDs, whose settings nobody knows, changed as said. */
export function situation(change: Change = {}): Situation {
  const { ramBytes = 24 * GB, cpus = 2, storage = 'ssd', ...rest } = change;
  return {
    major: 18,
    workload: 'mixed',
    profile: 'standard',
    connections: null,
    dbSize: 'mid_ram',
    settings: new Map(),
    evidence: null,
    ...rest,
    host: { ramBytes, cpus, storage },
  };
}
