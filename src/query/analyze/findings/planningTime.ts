import { number } from '../../plan/planNode.js';
import type { PlanRule } from './finding.js';

/** Milliseconds from which planning is worth telling, when it takes longer than the execution. */
const LEAST_MS = 20;

export const planningTime: PlanRule = {
  code: 'planning_time',
  about: 'planning took longer than executing',
  needsExecution: true,
  find: ({ statement, nodes }) => {
    const planningMs = number(statement, 'Planning Time') ?? 0;
    const executionMs = number(statement, 'Execution Time') ?? 0;
    if (planningMs < LEAST_MS || planningMs <= executionMs) return [];
    return [
      {
        severity: 'info',
        node: null,
        evidence: {
          planning_ms: planningMs,
          execution_ms: executionMs,
          relations: nodes.filter(({ relation }) => relation !== null).length,
        },
        advice:
          'Prepare the statement once and execute it often; or look for many joins (join_collapse_limit), partitions, indexes, or functions that the planner evaluates.',
      },
    ];
  },
};
