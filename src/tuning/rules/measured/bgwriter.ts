import type { Rule } from '../../rule.js';
import { unobserved } from '../grounds.js';
import { inForce } from '../inForce.js';

/** Of all rounds: rarer stops are bursts, and the backends write those few pages themselves. */
const LEAST_RATIO = 0.05;
const RAISE = 4;
const MOST_PAGES = 1000;

export const measuredBgwriter: Rule = {
  id: 'measured.bgwriter',
  title: 'The background writer may write what it has to',
  parameters: ['bgwriter_lru_maxpages'],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-BGWRITER-LRU-MAXPAGES',
  propose: (situation) => {
    const halts = situation.evidence?.bgwriter_halts ?? 0;
    const seconds = situation.evidence?.bgwriter_observed_s ?? null;
    const delay = inForce(situation, 'bgwriter_delay');
    const pages = inForce(situation, 'bgwriter_lru_maxpages');
    if (seconds === null || delay === null || pages === null || pages === 0 || pages >= MOST_PAGES) return [];
    if (unobserved(situation, ['bgwriter_observed_s']) !== null) return [];
    const ratio = (halts * delay) / (seconds * 1000);
    if (ratio < LEAST_RATIO) return [];
    return [
      {
        parameter: 'bgwriter_lru_maxpages',
        value: String(Math.min(MOST_PAGES, pages * RAISE)),
        confidence: 'medium',
        rationale:
          'It stops at this many pages in many of its rounds, and sessions must then write pages themselves before they can read.',
        source: 'measured',
        evidence: {
          bgwriter_halts: halts,
          share_of_rounds_ratio: Math.round(ratio * 1000) / 1000,
          bgwriter_observed_s: Math.round(seconds),
          in_force: pages,
        },
      },
    ];
  },
};
