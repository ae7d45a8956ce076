import { rSquared } from 'simple-statistics';
import { sawtoothOf, type Fall } from './sawtooth.js';
import { theilSen, type Dated, type Fitted } from './theilSen.js';

/** Fewer values have no line: the interval of a slope says nothing then. */
const FEWEST_POINTS = 7;

/** Of the variance of the values, the line must account for so much to be called good. */
const GOOD_R_SQUARED = 0.8;

/** What a line through a series is worth. */
export interface Fit {
  readonly points: number;
  /** Null with too few points. */
  readonly fitted: Fitted | null;
  readonly rSquared: number | null;
  readonly quality: 'good' | 'poor' | 'none';
  /** Set when the series is set back again and again, or was once: a line through it says nothing. */
  readonly fall: Fall | null;
  /** Whether 0 lies outside the interval of the slope. */
  readonly rises: 'up' | 'down' | 'neither';
  readonly message: string;
}

/** The line through a series, and how far it can be believed. @param values by day, ascending, of days that differ */
export function fitOf(values: readonly Dated[]): Fit {
  const points = values.length;
  if (points < FEWEST_POINTS) {
    const message = `${String(points)} values; a line needs ${String(FEWEST_POINTS)}`;
    return { points, fitted: null, rSquared: null, quality: 'none', fall: null, rises: 'neither', message };
  }
  const fitted = theilSen(values);
  const explained = explainedBy(fitted, values);
  const fall = sawtoothOf(values.map(({ value }) => value));
  const rises = directionOf(fitted);
  const still = values.every(({ value }) => value === values[0]?.value);
  const good = still || (fall === null && rises !== 'neither' && (explained ?? 0) >= GOOD_R_SQUARED);
  return {
    points,
    fitted,
    rSquared: explained,
    quality: good ? 'good' : 'poor',
    fall,
    rises,
    message: still ? 'it did not change' : messageOf(points, explained, fall, rises),
  };
}

/** Share of the variance that the line accounts for, 0 when it does worse than the mean; null where nothing varies. */
function explainedBy({ line }: Fitted, values: readonly Dated[]): number | null {
  if (values.every(({ value }) => value === values[0]?.value)) return null;
  return Math.max(
    0,
    rSquared(
      values.map(({ day, value }) => [day, value]),
      line.at,
    ),
  );
}

function directionOf({ low, high }: Fitted): Fit['rises'] {
  if (low.slope > 0) return 'up';
  return high.slope < 0 ? 'down' : 'neither';
}

function messageOf(points: number, explained: number | null, fall: Fall | null, rises: Fit['rises']): string {
  if (fall !== null) {
    return `it is set back as it goes (once by ${shown(Math.abs(fall.from - fall.to))}): a line says little about it`;
  }
  if (rises === 'neither')
    return 'no trend: it goes up and down so much that the slope may as well be 0 or the other way';
  const share = `the line accounts for ${shown((explained ?? 0) * 100)} % of the variance of ${String(points)} values`;
  return (explained ?? 0) >= GOOD_R_SQUARED ? share : `${share}: it goes that way, but not evenly`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
