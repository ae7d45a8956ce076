import { median } from 'simple-statistics';

/** One step of a series against the way that most of its steps go. */
export interface Fall {
  /** Index of the value after it. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** A step back by so much of the whole range sets a series back, and is no noise around a line. */
const FALL_OF_RANGE = 0.5;
/** So many of the steps go the other way. */
const MOST_STEPS = 2 / 3;

/**
 * Whether a series climbs (or sinks) by steps and is then set back at once: the age of a table that autovacuum freezes, a
 * table that is truncated every week, a full log. Returns the last such step, or null. Steps of 0 do not count, nor does
 * the end of a single wild value, after which the series is where it would have been.
 */
export function sawtoothOf(values: readonly number[]): Fall | null {
  const steps = values.slice(1).map((to, i) => ({ at: i + 1, from: values[i] ?? to, to }));
  const up = steps.filter(({ from, to }) => to > from).length;
  const down = steps.filter(({ from, to }) => to < from).length;
  const sign = up >= down ? 1 : -1;
  if (Math.max(up, down) < MOST_STEPS * (up + down)) return null;
  const range = values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  const back = steps.filter(
    ({ at, from, to }) =>
      sign * (from - to) > FALL_OF_RANGE * range && sign * (median(values.slice(0, at)) - to) >= 0,
  );
  return back.at(-1) ?? null;
}
