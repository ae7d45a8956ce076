import { median } from 'simple-statistics';

/** A value at a time. */
export interface Dated {
  /** Days since some beginning. */
  readonly day: number;
  readonly value: number;
}

/** A line through values, by its slope per day; `at` is its height on a day. */
export interface Line {
  readonly slope: number;
  readonly at: (day: number) => number;
}

/** The line, and the lines of the lower and upper end of the slope’s 95 % interval. */
export interface Fitted {
  readonly line: Line;
  readonly low: Line;
  readonly high: Line;
}

/** The quantile of the standard normal distribution for a two-sided interval of 95 %. */
const Z_95 = 1.959964;

/**
 * The Theil–Sen line: its slope is the median of the slopes between all pairs of values, its height the median of what
 * that leaves. Up to 29 % of the values may be wild without moving it far. The interval of the slope is that of Sen, by
 * the normal approximation of Kendall’s S with correction for ties; it takes the values to be independent of each other,
 * which those of a process that remembers are not: it is then too narrow.
 * Source: P. K. Sen, “Estimates of the regression coefficient based on Kendall’s tau”, JASA 63 (1968), 1379–1389, as
 * M. Hollander and D. A. Wolfe, “Nonparametric Statistical Methods”, give it (theorem of section 9.3).
 * @param values at least two, of days that differ
 */
export function theilSen(values: readonly Dated[]): Fitted {
  const slopes = pairSlopes(values);
  const reach = Z_95 * Math.sqrt(kendallVariance(values));
  const last = slopes.length - 1;
  // Ranks count from 1: the (N − C)/2-th and the (N + C)/2 + 1-th of the ordered slopes.
  const low = Math.max(0, Math.floor((slopes.length - reach) / 2) - 1);
  const high = Math.min(last, Math.ceil((slopes.length + reach) / 2));
  return {
    line: lineThrough(values, middleOf(slopes)),
    low: lineThrough(values, slopes[low] ?? 0),
    high: lineThrough(values, slopes[high] ?? 0),
  };
}

/** Slopes between all pairs, ascending. */
function pairSlopes(values: readonly Dated[]): Float64Array {
  const slopes: number[] = [];
  values.forEach((from, i) => {
    for (const to of values.slice(i + 1)) {
      if (to.day !== from.day) slopes.push((to.value - from.value) / (to.day - from.day));
    }
  });
  return Float64Array.from(slopes).sort();
}

function middleOf(ascending: Float64Array): number {
  const half = ascending.length / 2;
  return ((ascending[Math.ceil(half) - 1] ?? 0) + (ascending[Math.floor(half)] ?? 0)) / 2;
}

/** Variance of Kendall’s S under no trend; t are the sizes of groups of equal values. */
function kendallVariance(values: readonly Dated[]): number {
  const groups = new Map<number, number>();
  for (const { value } of values) groups.set(value, (groups.get(value) ?? 0) + 1);
  const part = (n: number): number => n * (n - 1) * (2 * n + 5);
  const ties = [...groups.values()].reduce((sum, size) => sum + part(size), 0);
  return (part(values.length) - ties) / 18;
}

function lineThrough(values: readonly Dated[], slope: number): Line {
  const height = median(values.map(({ day, value }) => value - slope * day));
  return { slope, at: (day) => height + slope * day };
}
