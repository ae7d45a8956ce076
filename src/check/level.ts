import { SEVERITIES, type Severity } from './rule.js';

/** A threshold that a value has reached, and how bad that is. */
export interface Level {
  readonly threshold: string;
  readonly severity: Severity;
}

/**
 * The first of the thresholds that the value has reached; their names begin with the severity (`critical_ratio`).
 * Null for an unknown value, and for one below all of them.
 * @param names worst first
 */
export function levelOf(
  value: number | null,
  limit: (name: string) => number,
  names: readonly string[],
): Level | null {
  if (value === null) return null;
  const threshold = names.find((name) => value >= limit(name));
  const severity = SEVERITIES.find((one) => threshold?.startsWith(`${one}_`));
  return threshold === undefined || severity === undefined ? null : { threshold, severity };
}
