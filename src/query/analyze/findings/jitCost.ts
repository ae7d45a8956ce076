import { isObject } from '../../plan/planDocument.js';
import { number } from '../../plan/planNode.js';
import type { PlanRule } from './finding.js';

/** Share of the execution time, and milliseconds, from which compiling is worth telling. */
const SHARE = 0.25;
const LEAST_MS = 10;

export const jitCost: PlanRule = {
  code: 'jit_cost',
  about: 'compiling expressions took a large part of the time',
  needsExecution: true,
  find: ({ statement }) => {
    const jit = statement['JIT'];
    const timing = isObject(jit) ? jit['Timing'] : undefined;
    const jitMs = isObject(timing) ? number(timing, 'Total') : null;
    const executionMs = number(statement, 'Execution Time');
    if (jitMs === null || executionMs === null || jitMs < LEAST_MS || jitMs < SHARE * executionMs) return [];
    return [
      {
        severity: 'warning',
        node: null,
        evidence: {
          jit_ms: jitMs,
          execution_ms: executionMs,
          jit_ratio: Math.round((jitMs / executionMs) * 1000) / 1000,
          functions: isObject(jit) ? number(jit, 'Functions') : null,
          options: isObject(jit) ? (jit['Options'] ?? null) : null,
        },
        advice:
          'Compare with SET jit = off; if that is faster, raise jit_above_cost above this plan’s cost. A cost that is far too high (row_misestimate) is what often switches it on.',
      },
    ];
  },
};
