import type { Chosen, Proposal, Rule } from '../../rule.js';
import type { Situation } from '../../situation.js';
import { agreedSource, pgtuneValue } from '../ofPgtune.js';
import { wholeMegabytes } from '../sizes.js';

/** Of RAM: 75 % on a host of its own (PGTune); 50 % where others may run beside it (as RDS does); 25 % on a desktop. */
const DEDICATED_RATIO = 0.75;
const CONSERVATIVE_RATIO = 0.5;
const DESKTOP_RATIO = 0.25;

/** What somebody chose between these shares of RAM is left as it is: the planner does not feel the difference. */
const SENSIBLE = { least: 0.45, most: 0.9 };

/** Builds on shared_buffers. Nothing is allocated: it only tells the planner how much is likely to be cached. */
export const effectiveCacheSize: Rule = {
  id: 'planner.effective_cache_size',
  title: 'What PostgreSQL and the kernel are likely to cache together',
  parameters: ['effective_cache_size'],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-EFFECTIVE-CACHE-SIZE',
  propose: (situation, chosen) => {
    const current = chosen.numberOf('effective_cache_size');
    if (current === null) return [];
    const { ramBytes } = situation.host;
    return ramBytes === null
      ? fromSharedBuffers(chosen, current)
      : fromRam(situation, chosen, current, ramBytes);
  },
};

function fromRam(situation: Situation, chosen: Chosen, current: number, ram: number): readonly Proposal[] {
  const isConservative = situation.profile === 'remote-conservative';
  const usual = isConservative ? CONSERVATIVE_RATIO : DEDICATED_RATIO;
  const ratio = situation.workload === 'desktop' ? DESKTOP_RATIO : usual;
  const isSensible = current >= SENSIBLE.least * ram && current <= SENSIBLE.most * ram;
  if (situation.evidence !== null && situation.workload !== 'desktop' && isSensible) return [];
  const value = wholeMegabytes(ratio * ram);
  return [
    {
      parameter: 'effective_cache_size',
      value,
      confidence: 'high',
      rationale: `A hint for the planner that allocates nothing: about ${String(ratio * 100)} % of RAM caches data, in shared_buffers or the kernel.`,
      source: agreedSource(value, pgtuneValue(situation, chosen, 'effective_cache_size')),
      evidence: { ram_bytes: ram, in_force_bytes: current },
    },
  ];
}

/** Whoever gave PostgreSQL so much has at least as much again: shared_buffers is 25 to 40 % of RAM by every guide. */
function fromSharedBuffers(chosen: Chosen, current: number): readonly Proposal[] {
  const buffers = chosen.numberOf('shared_buffers');
  if (buffers === null || current >= 2 * buffers) return [];
  return [
    {
      parameter: 'effective_cache_size',
      value: wholeMegabytes(2 * buffers),
      confidence: 'medium',
      rationale:
        'The host’s RAM is not known, but shared_buffers is usually at most half of what caches data. It is a hint for the planner and allocates nothing.',
      source: 'pgdba',
      evidence: { shared_buffers_bytes: buffers, in_force_bytes: current },
    },
  ];
}
