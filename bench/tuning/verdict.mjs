// What the rounds say together: medians, ranges, and whether one configuration is better than another.
import { median } from '../measure.mjs';

/** The middle of some numbers with the least and the greatest. */
export function rangeOf(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Three rounds tell only roughly how much a counter moves by itself; less than this is no difference anyway. */
const LEAST_NOISE = 0.01;

/**
 * How one configuration's counter stands to another's. The noise is the wider of their two ranges, or a hundredth of
 * the other's median if that is more: medians that differ by no more than the noise are equal.
 * @param better 'less' or 'more': which way is good
 * @returns 'better', 'equal' or 'worse'
 */
export function verdictOn(ours, theirs, better) {
  const noise = Math.max(ours.max - ours.min, theirs.max - theirs.min, theirs.median * LEAST_NOISE);
  const gain = better === 'less' ? theirs.median - ours.median : ours.median - theirs.median;
  if (Math.abs(gain) <= noise) return 'equal';
  return gain > 0 ? 'better' : 'worse';
}

/** The smallest of the values that `share` of them (0 to 1) do not exceed. @throws Error when there are none */
export function percentile(values, share) {
  if (values.length === 0) throw new Error('no values');
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
