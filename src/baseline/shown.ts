import { knownOf } from '../core/closing.js';
import { pgSettings } from '../inspect/sections/pg_settings.js';
import type { Computed, Sample } from '../inspect/snapshot.js';
import { ANALYSES } from './analyses.js';
import type { BaselineData } from './baselineData.js';
import {
  baselineSchema,
  type AnalysisResult,
  type Baseline,
  type GroupResult,
  type ViewStatus,
} from './document.js';
import type { Group } from './groups.js';
import type { BaselineHead } from './head.js';

/** What a baseline is called and where it lies; `head` is null when it lies nowhere. Pure. */
export function whereOf(
  { id, label }: Baseline,
  head: BaselineHead | null,
): Pick<BaselineData, 'id' | 'label' | 'path' | 'sha256' | 'bytes'> {
  const { path = null, sha256 = null, bytes = null } = head ?? {};
  return { id, label, path, sha256, bytes };
}

/** `data` that shows a baseline. Pure. @param limit rows of each list; 0 = all */
export function shownData(whole: Baseline, head: BaselineHead | null, limit: number): BaselineData {
  const { baseline, truncated } = shownBaseline(whole, limit);
  // A newer version may have put more into the document than the schema of the answer has.
  const known = knownOf(baselineSchema, { ...baseline, cluster: null }) as Baseline;
  return { ...known, cluster: baseline.cluster, ...whereOf(whole, head), truncated };
}

/** The baseline with these sections, the analyses that belong to them, and the findings. Pure. */
export function ofGroups(baseline: Baseline, groups: readonly Group[]): Baseline {
  const sections = Object.entries(baseline.sections).filter(([name]) => groups.includes(name as Group));
  const analyses = Object.entries(baseline.analyses).filter(([name]) => {
    const group = (ANALYSES as Readonly<Record<string, Group | null>>)[name];
    return group === null || (group !== undefined && groups.includes(group));
  });
  return { ...baseline, sections: Object.fromEntries(sections), analyses: Object.fromEntries(analyses) };
}

type Cuts = Readonly<Record<string, { readonly shown: number; readonly total: number }>>;

/**
 * The baseline with its lists cut to so many rows; settings are never cut. What was cut is told in `truncated`, and in
 * the view itself, so that whoever reads the document alone knows it too. Pure.
 * @param limit 0 = all
 */
function shownBaseline(
  baseline: Baseline,
  limit: number,
): { readonly baseline: Baseline; readonly truncated: Cuts } {
  if (limit === 0) return { baseline, truncated: {} };
  const cuts: Record<string, { shown: number; total: number }> = {};
  const groups = Object.entries(baseline.sections).map(
    ([name, group]) => [name, shownGroup(group, limit, cuts)] as const,
  );
  const analyses = Object.entries(baseline.analyses).map(
    ([name, analysis]) => [name, shownAnalysis(name, analysis, limit, cuts)] as const,
  );
  return {
    baseline: { ...baseline, sections: Object.fromEntries(groups), analyses: Object.fromEntries(analyses) },
    truncated: cuts,
  };
}

type Noted = Record<string, { shown: number; total: number }>;

function shownGroup(group: GroupResult, limit: number, cuts: Noted): GroupResult {
  const cut = <T extends Sample | Computed>(
    samples: Readonly<Record<string, T>> | null,
  ): Readonly<Record<string, T>> | null => samples && mapped(samples, (one, id) => cutRows(one, id, limit));
  for (const [id, { rows }] of Object.entries(group.sample2 ?? group.sample1)) {
    if (rows.length > limit && id !== pgSettings.id) cuts[id] = { shown: limit, total: rows.length };
  }
  return {
    ...group,
    views: mapped(group.views, (view, id) => cutView(view, cuts[id])),
    sample1: cut(group.sample1) ?? {},
    sample2: cut(group.sample2),
    computed: cut(group.computed),
  };
}

function cutView(view: ViewStatus, truncated: Cuts[string] | undefined): ViewStatus {
  return truncated === undefined ? view : { ...view, truncated, reason: view.reason ?? 'truncated' };
}

function cutRows<T extends Sample | Computed>(one: T, id: string, limit: number): T {
  if (id === pgSettings.id || one.rows.length <= limit) return one;
  return { ...one, rows: one.rows.slice(0, limit) };
}

function shownAnalysis(name: string, analysis: AnalysisResult, limit: number, cuts: Noted): AnalysisResult {
  if (analysis.data === null) return analysis;
  const data = mapped(analysis.data, (value, list) => {
    if (!Array.isArray(value) || value.length <= limit) return value;
    cuts[`${name}.${list}`] = { shown: limit, total: value.length };
    return value.slice(0, limit) as unknown[];
  });
  return { ...analysis, data };
}

function mapped<T, R>(
  values: Readonly<Record<string, T>>,
  change: (value: T, name: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}
