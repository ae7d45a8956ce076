import type { RowObject } from '../diff/rowObject.js';
import type { BaselineHead } from '../head.js';
import type { Metric } from '../metric.js';
import type { TrendSeries } from '../trendData.js';
import { fitOf, type Fit } from './fit.js';
import { DAY_MS, forecastOf, type KnownLimit } from './forecast.js';
import type { Dated } from './theilSen.js';
import type { Known } from './values.js';

/** A series as it was collected: one value, or gap, for each baseline. */
export interface Collected {
  readonly metric: Metric;
  readonly object: RowObject;
  /** Of the newest baseline that has the object; null where the metric has none. */
  readonly limit: KnownLimit | null;
  readonly points: readonly { readonly head: BaselineHead; readonly known: Known }[];
}

/** A series with its line and its forecast. */
export interface Judged {
  readonly series: TrendSeries;
  readonly fit: Fit;
}

/** The line through a series, what it is worth, and when it meets its limit. @param texts of queries, by queryid */
export function judge(
  { metric, object, limit, points }: Collected,
  texts: ReadonlyMap<string, string>,
): Judged {
  const begin = Date.parse(points[0]?.head.collected_at ?? '');
  const values = points.flatMap(({ head, known }): Dated[] =>
    known.value === null
      ? []
      : [{ day: (Date.parse(head.collected_at) - begin) / DAY_MS, value: known.value }],
  );
  const fit = fitOf(values);
  const { fitted } = fit;
  const series: TrendSeries = {
    section: metric.group,
    metric: metric.id,
    ...object,
    unit: metric.unit,
    text: object.object_type === 'query' ? (texts.get(object.object) ?? null) : null,
    points: points.map(({ head, known }) => ({ id: head.id, at: head.collected_at, ...known })),
    first: values[0]?.value ?? null,
    last: values.at(-1)?.value ?? null,
    slope_per_day: fitted?.line.slope ?? null,
    slope_low_per_day: fitted?.low.slope ?? null,
    slope_high_per_day: fitted?.high.slope ?? null,
    fit: { points: fit.points, r_squared: fit.rSquared, quality: fit.quality, message: fit.message },
    forecast: limit === null ? null : forecastOf(limit, fit, values, begin),
  };
  return { series, fit };
}
