import type { Chosen, Rule } from '../../rule.js';
import type { Situation, Storage } from '../../situation.js';
import { agreedSource, pgtuneValue } from '../ofPgtune.js';

const CACHED = 1.1;

/** Against a page read in order, which costs 1. Nothing for disks: PostgreSQL's 4 was made for them. */
const BY_STORAGE: Readonly<Partial<Record<Storage, { readonly olap: number; readonly other: number }>>> = {
  ssd: { olap: 1.5, other: 1.1 },
  san: { olap: 1.5, other: 1.1 },
  nvme: { olap: 1.1, other: 1.1 },
};

/** Lowers only: what somebody set lower is not raised. */
export const randomPageCost: Rule = {
  id: 'planner.random_page_cost',
  title: 'Random reads cost little more than reads in order where nothing has to turn',
  parameters: ['random_page_cost'],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-RANDOM-PAGE-COST',
  propose: (situation, chosen) => {
    const target = targetOf(situation);
    const current = chosen.numberOf('random_page_cost');
    if (target === null || current === null || current <= target) return [];
    const { storage } = situation.host;
    const value = String(target);
    return [
      {
        parameter: 'random_page_cost',
        value,
        confidence: situation.workload === 'olap' ? 'medium' : 'high',
        rationale:
          situation.dbSize === 'less_ram'
            ? 'The data fits into RAM, where pages in any order cost the same.'
            : `On ${storage ?? ''} random reads cost little more than reads in order; 4 keeps the planner from indexes that would be faster.`,
        source: sourceOf(situation, chosen, value),
        evidence: { storage, db_size: situation.dbSize, in_force: current },
      },
    ];
  },
};

function targetOf({ dbSize, host, workload }: Situation): number | null {
  if (dbSize === 'less_ram') return CACHED;
  const costs = host.storage === null ? undefined : BY_STORAGE[host.storage];
  return costs?.[workload === 'olap' ? 'olap' : 'other'] ?? null;
}

function sourceOf(situation: Situation, chosen: Chosen, value: string) {
  return agreedSource(value, pgtuneValue(situation, chosen, 'random_page_cost'));
}
