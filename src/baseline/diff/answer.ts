import { DIFF_SECTIONS, type BaselineDiff, type Change } from '../diffData.js';
import type { BaselineHead } from '../head.js';
import type { Differences } from './diff.js';
import { isAskedFor, type DiffFilter } from './filter.js';

/** data of `baseline diff`: what is asked for of the differences, cut to so many changes. @param limit 0 = all */
export function diffAnswer(
  heads: { readonly before: BaselineHead; readonly after: BaselineHead },
  differences: Differences,
  filter: DiffFilter,
  limit: number,
): BaselineDiff {
  const changes = differences.changes.filter((change) => isAskedFor(filter, change));
  const shown = limit === 0 ? changes : changes.slice(0, limit);
  return {
    before: sideOf(heads.before),
    after: sideOf(heads.after),
    ...differences,
    void: differences.void.filter(({ section }) => filter.sections?.includes(section) !== false),
    changes: shown,
    limits: differences.limits.filter((one) => isAskedFor(filter, one)),
    summary: summaryOf(changes),
    truncated: shown.length === changes.length ? null : { shown: shown.length, total: changes.length },
  };
}

function sideOf({
  id,
  label,
  path,
  collected_at,
  fingerprint,
  role,
  moment,
}: BaselineHead): BaselineDiff['before'] {
  const { server_version_num, timeline, started_at } = moment;
  return { id, label, path, collected_at, fingerprint, role, server_version_num, timeline, started_at };
}

function summaryOf(changes: readonly Change[]): BaselineDiff['summary'] {
  const regressions = changes.filter(({ regression }) => regression);
  return {
    changes: changes.length,
    regressions: regressions.length,
    unusual: changes.filter(({ unusual }) => unusual === true).length,
    sections: DIFF_SECTIONS.map((section) => ({
      section,
      changes: changes.filter((one) => one.section === section).length,
      regressions: regressions.filter((one) => one.section === section).length,
    })).filter((one) => one.changes > 0),
  };
}
