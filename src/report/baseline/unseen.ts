import { GROUPS } from '../../baseline/groups.js';
import type { Baseline } from '../../baseline/document.js';
import type { BaselineDiff } from '../../baseline/diffData.js';
import { rowsIn, textIn } from './field.js';
import { analysisOf } from './view.js';

/** Something that the report cannot tell, and why. */
export interface Unseen {
  readonly what: string;
  readonly why: string;
}

/** What a check could not see: it has not passed. */
const CHECK = 'check';

/** All that the baselines did not see or that could not be compared, so that silence is not taken for health. Pure. */
export function unseenOf(
  before: Baseline | null,
  after: Baseline,
  diff: BaselineDiff | null,
): readonly Unseen[] {
  return [
    ...(diff?.void ?? []).map(({ section, view, rows, message }) => ({
      what: `${section}: ${view}`,
      why: `${message} (${String(rows)} ${rows === 1 ? 'row' : 'rows'}); its rates are empty`,
    })),
    ...missingGroups(before, 'the earlier baseline'),
    ...missingGroups(after, before === null ? 'the baseline' : 'the later baseline'),
    ...skippedViews(after),
    ...failedAnalyses(after),
    ...rowsIn(analysisOf(after, CHECK), 'not_evaluated').map((row) => ({
      what: `check: ${textIn(row, 'rule') ?? ''}`,
      why: textIn(row, 'message') ?? '',
    })),
    ...Object.entries(after.analyses).flatMap(([name, analysis]) =>
      rowsIn(analysis.data, 'limitations').map((row) => ({
        what: name.replaceAll('_', ' '),
        why: textIn(row, 'message') ?? '',
      })),
    ),
  ];
}

function missingGroups(baseline: Baseline | null, which: string): Unseen[] {
  if (baseline === null) return [];
  const missing = GROUPS.filter((group) => baseline.sections[group] === undefined);
  if (missing.length === 0) return [];
  return [{ what: missing.join(', '), why: `${which} was taken without them (--sections)` }];
}

function skippedViews({ sections }: Baseline): Unseen[] {
  return Object.entries(sections).flatMap(([group, { views }]) =>
    Object.entries(views)
      .filter(([, view]) => view.status !== 'ok')
      .map(([id, view]) => ({
        what: `${group}: ${id}`,
        why: view.message ?? view.reason?.replaceAll('_', ' ') ?? view.status,
      })),
  );
}

function failedAnalyses({ analyses }: Baseline): Unseen[] {
  return Object.entries(analyses)
    .filter(([, { status }]) => status !== 'ok')
    .map(([name, { status, message }]) => ({ what: name.replaceAll('_', ' '), why: message ?? status }));
}
