import type { Chosen, Proposal, Rule } from '../../rule.js';
import type { Situation, Storage } from '../../situation.js';
import { withEvidence } from '../grounds.js';
import { inForce } from '../inForce.js';
import { pgtuneValue } from '../ofPgtune.js';

const REFERENCE =
  'https://www.postgresql.org/docs/current/runtime-config-vacuum.html#RUNTIME-CONFIG-AUTOVACUUM';

/** From 16 CPUs on a fourth worker, from 32 on a fifth (PGTune); in 18 only as many as there are slots for. */
export const autovacuumMaxWorkers: Rule = {
  id: 'autovacuum.max_workers',
  title: 'More autovacuum workers where there are many CPUs',
  parameters: ['autovacuum_max_workers'],
  reference: REFERENCE,
  propose: (situation, chosen) => {
    const wanted = Number(pgtuneValue(situation, chosen, 'autovacuum_max_workers') ?? 0);
    const slots = chosen.numberOf('autovacuum_worker_slots') ?? Infinity;
    const value = Math.min(wanted, slots);
    const current = chosen.numberOf('autovacuum_max_workers');
    if (current === null || value <= current) return [];
    return [
      {
        parameter: 'autovacuum_max_workers',
        value: String(value),
        confidence: 'medium',
        rationale:
          'Many CPUs usually serve many tables. The cost limit is shared by all workers and is raised with their number.',
        source: 'pgtune',
        evidence: { cpus: situation.host.cpus, in_force: current },
      },
    ];
  },
};

/**
 * What all workers together may spend per round of autovacuum_vacuum_cost_delay. A written page costs 20: with the default
 * of 200 per 2ms that is 40MB/s. 600 (what RDS starts its formula at) is 120MB/s, less than any SSD of today sustains.
 */
const COST_LIMIT: Readonly<Partial<Record<Storage, number>>> = { ssd: 600, san: 600, nvme: 2000 };
const MOST_COST = 10_000;

/** Builds on autovacuum_max_workers: the limit is shared, so that more workers alone only make each slower. */
export const autovacuumCostLimit: Rule = {
  id: 'autovacuum.cost_limit',
  title: 'A cost limit that the storage can take, and that grows with the number of workers',
  parameters: ['autovacuum_vacuum_cost_limit'],
  reference: REFERENCE,
  propose: (situation, chosen) => {
    const current = effectiveCostLimit(chosen);
    const before = inForce(situation, 'autovacuum_max_workers');
    const workers = chosen.numberOf('autovacuum_max_workers');
    const { storage } = situation.host;
    if (current === null || before === null || workers === null) return [];
    const base = storage === null ? undefined : COST_LIMIT[storage];
    const grown = (current * workers) / Math.max(1, before);
    const target = Math.round(Math.min(MOST_COST, Math.max(base ?? 0, grown)));
    if (target <= current) return [];
    return [
      {
        parameter: 'autovacuum_vacuum_cost_limit',
        value: String(target),
        rationale:
          base === undefined
            ? 'The limit is shared by all workers: it grows with their number, so that each stays as fast as it was.'
            : `All workers together may write ${writeRate(target, chosen)}; the default of 200 was made for single disks and lets vacuum fall behind on busy tables.`,
        source: 'pgdba',
        ...withEvidence(situation, [], 'medium', {
          storage,
          workers,
          in_force: current,
          tables_behind_autovacuum: situation.evidence?.tables_behind_autovacuum ?? null,
        }),
      },
    ];
  },
};

/** autovacuum_vacuum_cost_limit, where -1 stands for vacuum_cost_limit. */
export function effectiveCostLimit(chosen: Chosen): number | null {
  const own = chosen.numberOf('autovacuum_vacuum_cost_limit');
  return own === null || own > 0 ? own : chosen.numberOf('vacuum_cost_limit');
}

const COST_OF_A_WRITTEN_PAGE = 20;
const PAGE_KB = 8;

function writeRate(limit: number, chosen: Chosen): string {
  const delay = chosen.numberOf('autovacuum_vacuum_cost_delay') ?? 0;
  if (delay <= 0) return 'as much as they can';
  const mbPerSecond = ((limit / COST_OF_A_WRITTEN_PAGE) * (1000 / delay) * PAGE_KB) / 1024;
  return `about ${String(Math.round(mbPerSecond))}MB/s`;
}

/** The default since PostgreSQL 12; before it was 20ms, which many configuration files still say. */
const DEFAULT_DELAY_MS = 2;

export const autovacuumCostDelay: Rule = {
  id: 'autovacuum.cost_delay',
  title: 'No cost delay from before PostgreSQL 12',
  parameters: ['autovacuum_vacuum_cost_delay'],
  reference: 'https://www.postgresql.org/docs/release/12.0/: the default went from 20ms to 2ms',
  propose: (situation, chosen) => delayProposal(chosen, situation),
};

function delayProposal(chosen: Chosen, { host }: Situation): readonly Proposal[] {
  const current = chosen.numberOf('autovacuum_vacuum_cost_delay');
  if (current === null || current <= DEFAULT_DELAY_MS || host.storage === 'hdd') return [];
  return [
    {
      parameter: 'autovacuum_vacuum_cost_delay',
      value: `${String(DEFAULT_DELAY_MS)}ms`,
      confidence: 'medium',
      rationale: `At ${String(current)}ms autovacuum works ${String(Math.round(current / DEFAULT_DELAY_MS))} times slower than by default; 20ms was the default before PostgreSQL 12.`,
      source: 'pgdba',
      evidence: { in_force_ms: current, storage: host.storage },
    },
  ];
}
