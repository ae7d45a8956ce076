import type { AnalyzeData } from './analyzeData.js';

/** What people are shown: the plan as a tree, and what is not there left out. */
export function forPeople({ plan: _plan, sql, planned_sql, ...data }: AnalyzeData): Record<string, unknown> {
  const rest = Object.entries(data).filter(([, value]) => !isNothing(value));
  return { sql, ...(planned_sql === sql ? {} : { planned_sql }), ...Object.fromEntries(rest) };
}

function isNothing(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
