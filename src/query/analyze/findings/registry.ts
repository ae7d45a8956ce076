import type { Finding, Judged, PlanRule } from './finding.js';
import { filterDiscardsRows } from './filterDiscardsRows.js';
import { hashSpills } from './hashSpills.js';
import { indexDefeated } from './indexDefeated.js';
import { indexOnlyHeapFetches } from './indexOnlyHeapFetches.js';
import { jitCost } from './jitCost.js';
import { lossyBitmap } from './lossyBitmap.js';
import { nestedLoopMultiplies } from './nestedLoopMultiplies.js';
import { partitionsNotPruned } from './partitionsNotPruned.js';
import { planningTime } from './planningTime.js';
import { rowMisestimate } from './rowMisestimate.js';
import { sortSpills } from './sortSpills.js';
import { statisticsMissing } from './statisticsMissing.js';
import { triggerTime } from './triggerTime.js';
import { workersNotLaunched } from './workersNotLaunched.js';
import { SEVERITIES } from './finding.js';

/** Every rule about plans. A new one is a file and a line here. */
export const PLAN_RULES: readonly PlanRule[] = [
  rowMisestimate,
  filterDiscardsRows,
  indexDefeated,
  nestedLoopMultiplies,
  sortSpills,
  hashSpills,
  lossyBitmap,
  indexOnlyHeapFetches,
  partitionsNotPruned,
  workersNotLaunched,
  jitCost,
  triggerTime,
  planningTime,
  statisticsMissing,
];

/** What all rules find in a plan, gravest first; those that need an execution say nothing without one. */
export function judgePlan(judged: Judged): (Finding & { readonly code: string })[] {
  return PLAN_RULES.filter(({ needsExecution }) => judged.executed || !needsExecution)
    .flatMap(({ code, find }) => find(judged).map((finding) => ({ code, ...finding })))
    .sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
}
