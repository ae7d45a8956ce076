import type { BaselineTrend, TrendSeries } from '../trendData.js';

/** What people see: a line for each series, without its points. */
export function trendForPeople({ series, ...about }: BaselineTrend): Record<string, unknown> {
  return { ...about, series: series.map(lineOf) };
}

function lineOf(series: TrendSeries): Record<string, unknown> {
  const { section, metric, object, text, unit, first, last, slope_per_day, fit, forecast } = series;
  return {
    metric: `${section}.${metric}`,
    object: text ?? object,
    unit,
    points: fit.points,
    first: rounded(first),
    last: rounded(last),
    slope_per_day: rounded(slope_per_day),
    fit: fit.quality,
    limit: forecast === null ? null : rounded(forecast.limit),
    at: forecast?.at?.slice(0, 10) ?? null,
    earliest: forecast?.earliest?.slice(0, 10) ?? null,
    latest: forecast?.latest?.slice(0, 10) ?? null,
    message: forecast?.message ?? fit.message,
  };
}

/** Four digits say enough of a fraction. */
function rounded(value: number | null): number | null {
  if (value === null || Number.isInteger(value)) return value;
  return Math.abs(value) >= 10_000 ? Math.round(value) : Number(value.toPrecision(4));
}
