import type { Proposal, Rule } from '../../rule.js';

const TARGETS = [
  { parameter: 'autovacuum_vacuum_scale_factor', target: 0.1, does: 'vacuumed' },
  { parameter: 'autovacuum_analyze_scale_factor', target: 0.05, does: 'analysed' },
] as const;

/**
 * From 18 on autovacuum_vacuum_max_threshold (100 million dead rows) bounds what the share means for the largest tables,
 * and is left alone; before, storage options of those tables do that.
 */
export const autovacuumThresholds: Rule = {
  id: 'autovacuum.thresholds',
  title: 'Tables that change a lot are vacuumed and analysed at a smaller share of changed rows',
  parameters: TARGETS.map(({ parameter }) => parameter),
  reference: 'https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM',
  propose: ({ workload, major }, chosen) => {
    if (workload === 'olap' || workload === 'desktop') return [];
    return TARGETS.flatMap(({ parameter, target, does }): readonly Proposal[] => {
      const current = chosen.numberOf(parameter);
      if (current === null || current <= target) return [];
      const largest =
        major >= 18 ? '' : ' Set it lower still, as a storage option, for tables of many millions of rows.';
      return [
        {
          parameter,
          value: String(target),
          confidence: 'medium',
          rationale: `Tables are ${does} once ${String(target * 100)} % of their rows have changed and not ${String(current * 100)} %: more often, and each time less work.${largest}`,
          source: 'pgdba',
          evidence: { in_force: current, workload },
        },
      ];
    });
  },
};
