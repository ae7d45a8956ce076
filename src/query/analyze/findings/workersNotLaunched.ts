import { number, type PlanNode } from '../../plan/planNode.js';
import type { Finding, PlanRule } from './finding.js';

export const workersNotLaunched: PlanRule = {
  code: 'workers_not_launched',
  about: 'fewer parallel workers came than the plan counts on',
  needsExecution: true,
  find: ({ nodes }) => nodes.flatMap((node) => missing(node) ?? []),
};

function missing(node: PlanNode): Finding | null {
  const planned = number(node.raw, 'Workers Planned');
  const launched = number(node.raw, 'Workers Launched');
  if (planned === null || launched === null || launched >= planned || (node.loops ?? 0) === 0) return null;
  return {
    severity: launched === 0 ? 'warning' : 'info',
    node,
    evidence: { planned, launched, loops: node.loops },
    advice:
      'No slot was free: max_parallel_workers (and max_worker_processes) are shared by the whole server. Raise them if CPUs are idle, or lower max_parallel_workers_per_gather, so that plans do not count on what does not come.',
  };
}
