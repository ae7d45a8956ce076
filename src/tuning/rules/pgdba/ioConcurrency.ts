import { chooseVariant } from '../../../core/version.js';
import type { Proposal, Rule } from '../../rule.js';
import { agreedSource, pgtuneValue } from '../ofPgtune.js';

/**
 * The same 200 pages ahead in the units of each version: until 12 a value n meant n × (1 + 1/2 + … + 1/n) pages, so that
 * 46 stands for 203. From 18 on reading ahead is asynchronous I/O, and its default of 16 is left alone.
 */
const READ_AHEAD = [
  { since: 12, value: 46 },
  { since: 13, value: 200 },
  { since: 18, value: null },
] as const;

export const ioConcurrency: Rule = {
  id: 'io.concurrency',
  title: 'Reading ahead on storage that serves many reads at once, before 18',
  parameters: ['effective_io_concurrency', 'maintenance_io_concurrency'],
  reference:
    'https://www.postgresql.org/docs/release/13.0/ (new meaning), https://www.postgresql.org/docs/release/18.0/ (new default)',
  propose: (situation, chosen) => {
    const { storage } = situation.host;
    const target = chooseVariant(READ_AHEAD, situation.major)?.value ?? null;
    if (target === null || storage === null || storage === 'hdd') return [];
    const propose = (
      parameter: string,
      confidence: Proposal['confidence'],
      does: string,
    ): readonly Proposal[] => {
      const current = chosen.numberOf(parameter);
      if (current === null || current >= target) return [];
      const value = String(target);
      const source = agreedSource(value, pgtuneValue(situation, chosen, parameter));
      const rationale = `${does} reads ahead about 200 pages, which ${storage} storage serves at once.`;
      return [{ parameter, value, confidence, rationale, source, evidence: { storage, in_force: current } }];
    };
    return [
      ...propose('effective_io_concurrency', 'medium', 'A bitmap scan'),
      ...propose('maintenance_io_concurrency', 'low', 'ANALYZE and recovery: each'),
    ];
  },
};
