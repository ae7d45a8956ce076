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
  /** What is counted: the name of a metric. */
  readonly what: string;
  readonly unit: string | null;
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
 * The distances to every limit that is known, the nearest first. With two baselines the diff tells them, else the
 * baseline itself; where the trend has a forecast, that one counts, as more than two points are behind it. Pure.
 */
export function limitsOf(
  after: Baseline,
  diff: BaselineDiff | null,
  series: readonly TrendSeries[],
): readonly LimitDistance[] {
  const standing = [...wraparound(after), ...sequences(after), ...connections(after)];
  const told = diff === null ? standing : diff.limits.map(nearOf);
  return told
    .map((one) => forecastFor(one, series) ?? one)
    .sort((a, b) => b.value / b.limit - a.value / a.limit);
}

function nearOf(near: BaselineDiff['limits'][number]): LimitDistance {
  const { object_type: type, object, metric: what, unit, value, limit, meaning, at, per_day } = near;
  return { type, object, what, unit, value, limit, meaning, at, rateKnown: per_day !== null };
}

function forecastFor(one: LimitDistance, series: readonly TrendSeries[]): LimitDistance | null {
  const found = series.find(
    ({ object_type, object, metric, fit }) =>
      object_type === one.type && object === one.object && metric === one.what && fit.quality === 'good',
  );
  return found?.forecast == null ? null : { ...one, at: found.forecast.at, rateKnown: true };
}

function wraparound(after: Baseline): LimitDistance[] {
  const databases = rowsIn(analysisOf(after, 'vacuum_health'), 'databases').slice(0, DATABASES_SHOWN);
  return databases.flatMap((row) => {
    const xid = objectIn(row, 'xid');
    const [age, left] = [numberIn(xid, 'age'), numberIn(xid, 'to_stop')];
    const object = textIn(row, 'name') ?? '';
    if (age === null || left === null) return [];
    return [
      {
        ...base('database', object, 'xid_age', 'transactions', age, age + left),
        meaning: 'no new transactions',
      },
    ];
  });
}

function sequences(after: Baseline): LimitDistance[] {
  const rows = viewRows(after, 'tables', 'pg_sequences') ?? [];
  return rows
    .flatMap((row) => {
      const used = numberIn(row, 'used_ratio');
      const object = qualified(textIn(row, 'schemaname'), textIn(row, 'sequencename'));
      if (used === null || used === 0) return [];
      return [{ ...base('sequence', object, 'used_ratio', 'ratio', used, 1), meaning: 'nextval() fails' }];
    })
    .sort((a, b) => b.value - a.value)
    .slice(0, SEQUENCES_SHOWN);
}

function connections(after: Baseline): LimitDistance[] {
  const [row] = viewRows(after, 'system', 'system') ?? [];
  const [used, most] = [numberIn(row, 'backends'), numberIn(row, 'max_connections')];
  if (used === null || most === null) return [];
  return [
    {
      ...base('server', 'server', 'connections', 'count', used, most),
      meaning: 'new connections are refused',
    },
  ];
}

function base(type: string, object: string, what: string, unit: string, value: number, limit: number) {
  return { type, object, what, unit, value, limit, at: null, rateKnown: false };
}
