import type { Baseline } from '../../baseline/document.js';
import type { BaselineDiff } from '../../baseline/diffData.js';
import type { TrendSeries } from '../../baseline/trendData.js';
import { qualified } from '../../check/sqlName.js';
import { numberIn, objectIn, rowsIn, textIn } from './field.js';
import { analysisOf, viewRows } from './view.js';

/** How far something is from where it ends. */
export interface LimitDistance {
  readonly type: string;
  readonly object: string;
  /** What is counted. */
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  /** What happens there. */
  readonly meaning: string;
  /** When it is met at the present rate, ISO 8601 UTC; null where nothing tells, or it does not go there. */
  readonly at: string | null;
  /** Whether a rate is known at all. */
  readonly rateKnown: boolean;
}

const SEQUENCES_SHOWN = 5;
const DATABASES_SHOWN = 3;

/**
 * The distances to every limit that is known, the nearest first: those of the baseline itself, with the forecasts of
 * the trend and the diff where there are some. Pure.
 */
export function limitsOf(
  after: Baseline,
  diff: BaselineDiff | null,
  series: readonly TrendSeries[],
): readonly LimitDistance[] {
  const told = [...series.flatMap(forecastOf), ...(diff?.changes.flatMap(etaOf) ?? [])];
  const standing = [...wraparound(after), ...sequences(after), ...connections(after)];
  const all = [...told, ...standing];
  const first = (one: LimitDistance, i: number): boolean => all.findIndex((other) => same(one, other)) === i;
  return all.filter(first).sort((a, b) => b.value / b.limit - a.value / a.limit);
}

/** A limit of one thing is one line, whoever tells of it: who knows a rate comes first in the list. */
function same(a: LimitDistance, b: LimitDistance): boolean {
  return a.type === b.type && a.object === b.object && Math.abs(a.limit - b.limit) <= a.limit * 0.01;
}

function forecastOf({ forecast, last, object_type, object, metric }: TrendSeries): LimitDistance[] {
  if (forecast === null || last === null) return [];
  const { limit, meaning, at } = forecast;
  return [{ type: object_type, object, what: metric, value: last, limit, meaning, at, rateKnown: true }];
}

function etaOf({
  eta,
  after,
  object_type,
  object,
  metric,
}: BaselineDiff['changes'][number]): LimitDistance[] {
  if (eta === null || typeof after !== 'number') return [];
  const { limit, meaning, at } = eta;
  return [{ type: object_type, object, what: metric, value: after, limit, meaning, at, rateKnown: true }];
}

function wraparound(after: Baseline): LimitDistance[] {
  const databases = rowsIn(analysisOf(after, 'vacuum_health'), 'databases').slice(0, DATABASES_SHOWN);
  return databases.flatMap((row) => {
    const xid = objectIn(row, 'xid');
    const [age, left] = [numberIn(xid, 'age'), numberIn(xid, 'to_stop')];
    const object = textIn(row, 'name') ?? '';
    if (age === null || left === null) return [];
    return [{ ...base('database', object, 'xid_age', age, age + left), meaning: 'no new transactions' }];
  });
}

function sequences(after: Baseline): LimitDistance[] {
  const rows = viewRows(after, 'tables', 'pg_sequences') ?? [];
  return rows
    .flatMap((row) => {
      const used = numberIn(row, 'used_ratio');
      const object = qualified(textIn(row, 'schemaname'), textIn(row, 'sequencename'));
      if (used === null || used === 0) return [];
      return [{ ...base('sequence', object, 'used_ratio', used, 1), meaning: 'nextval() fails' }];
    })
    .sort((a, b) => b.value - a.value)
    .slice(0, SEQUENCES_SHOWN);
}

function connections(after: Baseline): LimitDistance[] {
  const [row] = viewRows(after, 'system', 'system') ?? [];
  const [used, most] = [numberIn(row, 'backends'), numberIn(row, 'max_connections')];
  if (used === null || most === null) return [];
  return [{ ...base('server', 'server', 'connections', used, most), meaning: 'new connections are refused' }];
}

function base(type: string, object: string, what: string, value: number, limit: number) {
  return { type, object, what, value, limit, at: null, rateKnown: false };
}
