import type { Rule } from '../../rule.js';

export const jit: Rule = {
  id: 'planner.jit',
  title: 'No just-in-time compilation for short queries',
  parameters: ['jit'],
  reference: 'https://www.postgresql.org/docs/current/jit-decision.html',
  propose: ({ workload }, chosen) => {
    if (workload === 'olap' || workload === 'desktop' || chosen.settingOf('jit') !== 'on') return [];
    return [
      {
        parameter: 'jit',
        value: 'off',
        confidence: 'medium',
        rationale:
          'The planner decides by estimated cost, and an estimate that is too high makes a query of milliseconds compile for hundreds. Sessions that analyse can SET jit = on.',
        source: 'pgtune',
        evidence: { workload },
      },
    ];
  },
};
