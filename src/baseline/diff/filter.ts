import { PgdbaError } from '../../core/errors.js';
import { DIFF_SECTIONS, type Change } from '../diffData.js';
import type { Metric } from '../metric.js';

/** What of a diff is asked for. */
export interface DiffFilter {
  /** Null for all. */
  readonly sections: readonly string[] | null;
  /** A metric, or the rule of a finding; null for all. */
  readonly metric: string | null;
  /** Null for all. */
  readonly object: string | null;
}

/** @throws PgdbaError `usage` for a section or metric that there is not */
export function checkFilter(
  { sections, metric }: DiffFilter,
  metrics: readonly Metric[],
  rules: readonly string[],
): void {
  const unknown = sections?.find((word) => !DIFF_SECTIONS.some((section) => section === word));
  if (unknown !== undefined || sections?.length === 0) {
    const message = unknown === undefined ? 'no section is left' : `there is no section "${unknown}"`;
    throw new PgdbaError('usage', message, { hint: `Sections: ${DIFF_SECTIONS.join(', ')}.` });
  }
  if (metric === null) return;
  const names = [...metrics.flatMap(({ id, group }) => [id, `${group}.${id}`]), ...rules, 'recommended'];
  if (!names.includes(metric)) {
    throw new PgdbaError('usage', `there is no metric "${metric}"`, {
      hint: 'docs/metrics.md lists all; of findings it is the rule, of recommendations "recommended".',
    });
  }
}

/** Whether a change, or something near its limit, is asked for. */
export function isAskedFor(
  { sections, metric, object }: DiffFilter,
  told: Pick<Change, 'section' | 'metric' | 'object'>,
): boolean {
  if (sections !== null && !sections.includes(told.section)) return false;
  if (metric !== null && metric !== told.metric && metric !== `${told.section}.${told.metric}`) return false;
  return object === null || isCalled(object, told.object);
}

/** By its name as it is told, without quotes, or by its last part alone. */
function isCalled(name: string, object: string): boolean {
  const plain = object.replaceAll(/"((?:[^"]|"")*)"/g, (_all, inner: string) => inner.replaceAll('""', '"'));
  return name === object || name === plain || object.endsWith(`.${name}`) || plain.endsWith(`.${name}`);
}
