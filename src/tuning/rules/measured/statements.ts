import type { Proposal, Rule } from '../../rule.js';
import type { Chosen } from '../../rule.js';
import type { Situation } from '../../situation.js';
import { unobserved } from '../grounds.js';

/** Each time a twentieth of the entries goes, and with them the history of whatever they were. */
const LEAST_PER_HOUR = 1;
const MOST_ENTRIES = 50_000;

/** Only where the library is loaded: its settings exist then and not before. */
export const measuredStatements: Rule = {
  id: 'measured.statements',
  title: 'pg_stat_statements has room for the statements there are',
  parameters: ['pg_stat_statements.max', 'pg_stat_statements.track'],
  reference: 'https://www.postgresql.org/docs/current/pgstatstatements.html',
  propose: (situation, chosen) => [...room(situation, chosen), ...tracking(chosen)],
};

function room(situation: Situation, chosen: Chosen): readonly Proposal[] {
  const current = chosen.numberOf('pg_stat_statements.max');
  const evicted = situation.evidence?.statements_evicted ?? 0;
  const seconds = situation.evidence?.statements_observed_s ?? null;
  if (current === null || seconds === null || current >= MOST_ENTRIES) return [];
  if (unobserved(situation, ['statements_observed_s']) !== null) return [];
  const perHour = (evicted / seconds) * 3600;
  if (perHour < LEAST_PER_HOUR) return [];
  return [
    {
      parameter: 'pg_stat_statements.max',
      value: String(Math.min(MOST_ENTRIES, current * 2)),
      confidence: 'medium',
      rationale:
        'Statements are thrown out to make room for new ones, so that its totals are of what happened to stay. If texts differ only in the length of an IN list or in generated names, that is what to mend.',
      source: 'measured',
      evidence: {
        statements_evicted: evicted,
        statements_observed_s: Math.round(seconds),
        in_force: current,
      },
    },
  ];
}

function tracking(chosen: Chosen): readonly Proposal[] {
  if (chosen.settingOf('pg_stat_statements.track') !== 'none') return [];
  return [
    {
      parameter: 'pg_stat_statements.track',
      value: 'top',
      confidence: 'medium',
      rationale: 'The library is loaded and takes its memory, but records nothing.',
      source: 'measured',
      evidence: { in_force: 'none' },
    },
  ];
}
