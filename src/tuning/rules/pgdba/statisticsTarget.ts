import type { Rule } from '../../rule.js';

const TARGET = 500;

export const statisticsTarget: Rule = {
  id: 'planner.default_statistics_target',
  title: 'Finer statistics where queries are long',
  parameters: ['default_statistics_target'],
  reference:
    'https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-DEFAULT-STATISTICS-TARGET',
  propose: ({ workload }, chosen) => {
    const current = chosen.numberOf('default_statistics_target');
    if (workload !== 'olap' || current === null || current >= TARGET) return [];
    return [
      {
        parameter: 'default_statistics_target',
        value: String(TARGET),
        confidence: 'medium',
        rationale:
          'Long queries over uneven data pay for better estimates with longer ANALYZE and planning. It takes effect with the next ANALYZE of each table.',
        source: 'pgtune',
        evidence: { workload, in_force: current },
      },
    ];
  },
};
