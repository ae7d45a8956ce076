import type { Group } from '../../baseline/groups.js';
import type { Baseline } from '../../baseline/document.js';
import type { Stored } from './field.js';

/** The newest rows of a section of inspect in a baseline; null when the baseline has not seen it. */
export function viewRows(baseline: Baseline | null, group: Group, view: string): readonly Stored[] | null {
  const found = baseline?.sections[group];
  return (found?.sample2?.[view] ?? found?.sample1[view])?.rows ?? null;
}

/** What a command said in a baseline; null when it was not asked or failed. */
export function analysisOf(baseline: Baseline | null, name: keyof Baseline['analyses']): Stored | null {
  return baseline?.analyses[name]?.data ?? null;
}
