import { median } from 'simple-statistics';
import { isLarge } from '../diff/measure.js';
import type { Metric } from '../metric.js';

/** So many values at either end of a series stand for how it began and how it ended. */
const END = 5;

/**
 * The first and the last values of a series, and how far they are apart. It holds ten numbers however long the series
 * is, so that it can be kept of all series at once.
 */
export class Ends {
  readonly #first: number[] = [];
  readonly #last: number[] = [];
  #count = 0;

  add(value: number): void {
    this.#count += 1;
    if (this.#first.length < END) this.#first.push(value);
    this.#last.push(value);
    if (this.#last.length > END) this.#last.shift();
  }

  /** Medians of both ends; null with fewer than two values. Ends do not overlap: of seven values each has three. */
  medians(): { readonly begin: number; readonly end: number } | null {
    const size = Math.min(END, Math.floor(this.#count / 2));
    if (size === 0) return null;
    return { begin: median(this.#first.slice(0, size)), end: median(this.#last.slice(-size)) };
  }
}

/**
 * How far a series went, for comparing series of any unit: the difference of asinh(value ÷ least) between its ends. Where
 * values are large beside the least change that matters this is the logarithm of their ratio, so that doubling and
 * halving weigh the same; where they are small it is the difference itself, so that coming from 0 is no infinity.
 * 0 for what is not worth a line by the metric’s own measure.
 */
export function distance(ends: ReturnType<Ends['medians']>, metric: Metric): number {
  if (ends === null || !isLarge(metric, ends.begin, ends.end)) return 0;
  const { absolute } = metric.least;
  const unit = absolute > 0 ? absolute : 1;
  return Math.abs(Math.asinh(ends.end / unit) - Math.asinh(ends.begin / unit));
}
