import { isObject } from '../../plan/planDocument.js';
import { number, text } from '../../plan/planNode.js';
import type { PlanRule } from './finding.js';

/** Share of the execution time, and milliseconds, from which a trigger is worth telling. */
const SHARE = 0.2;
const LEAST_MS = 10;

export const triggerTime: PlanRule = {
  code: 'trigger_time',
  about: 'a trigger, or the check of a foreign key, took a large part of the time',
  needsExecution: true,
  find: ({ statement }) => {
    const executionMs = number(statement, 'Execution Time') ?? 0;
    const triggers = statement['Triggers'];
    return (Array.isArray(triggers) ? triggers.filter(isObject) : []).flatMap((trigger) => {
      const ms = number(trigger, 'Time') ?? 0;
      if (ms < LEAST_MS || ms < SHARE * executionMs) return [];
      const constraint = text(trigger, 'Constraint Name');
      return [
        {
          severity: 'warning' as const,
          node: null,
          evidence: {
            trigger: text(trigger, 'Trigger Name'),
            constraint,
            relation: text(trigger, 'Relation'),
            calls: number(trigger, 'Calls'),
            trigger_ms: ms,
            execution_ms: executionMs,
          },
          advice:
            constraint === null
              ? 'Look at what the trigger does for each row; a statement trigger with transition tables may do it once.'
              : `The foreign key ${constraint} is checked row by row: an index on its columns in the referencing table makes each check cheap.`,
        },
      ];
    });
  },
};
