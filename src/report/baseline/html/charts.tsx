import { max, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { TrendSeries } from '../../../baseline/trendData.js';
import { dayText, metricText, quantity } from '../quantity.js';

const WIDTH = 132;
const HEIGHT = 30;
const MARGIN = 3;

/** Fewer values are no line. */
const LEAST_VALUES = 2;

interface Point {
  readonly at: number;
  readonly value: number | null;
}

/** The values of a series over time; where one cannot be told the line is broken. */
export function Sparkline({ series }: { readonly series: TrendSeries | null }): JSX.Element {
  const points = (series?.points ?? []).map(({ at, value }): Point => ({ at: Date.parse(at), value }));
  const values = points.flatMap(({ value }) => value ?? []);
  if (series === null || values.length < LEAST_VALUES) return <span class="muted">–</span>;
  const { x, y } = scalesOf(points, values);
  const known = (point: Point): boolean => point.value !== null;
  const top = (point: Point): number => y(point.value ?? 0);
  const stroke = line<Point>()
    .defined(known)
    .x(({ at }) => x(at))
    .y(top);
  const fill = area<Point>()
    .defined(known)
    .x(({ at }) => x(at))
    .y0(HEIGHT)
    .y1(top);
  const last = points.findLast(known);
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} role="img">
      <title>{`${metricText(series.metric)}: ${String(values.length)} values`}</title>
      <desc>{described(series, values)}</desc>
      <path class="spark-area" d={fill(points) ?? ''} />
      <path class="spark-line" d={stroke(points) ?? ''} />
      {last === undefined ? null : <circle class="spark-dot" cx={x(last.at)} cy={top(last)} r={2.5} />}
    </svg>
  );
}

function scalesOf(points: readonly Point[], values: readonly number[]) {
  const [low, high] = [min(values) ?? 0, max(values) ?? 0];
  // From zero, unless the values move little: a table of 10 GB that grows by 1 % a day would be a straight line.
  const floor = low > 0 && (high - low) / high < 0.5 ? low - (high - low) * 0.25 : Math.min(low, 0);
  const times = points.map(({ at }) => at);
  return {
    x: scaleLinear([min(times) ?? 0, max(times) ?? 0], [MARGIN, WIDTH - MARGIN]),
    y: scaleLinear([floor, high === floor ? floor + 1 : high], [HEIGHT - MARGIN, MARGIN]),
  };
}

function described({ points, unit }: TrendSeries, values: readonly number[]): string {
  const [first, last] = [points[0], points.at(-1)];
  const of = (value: number | undefined): string => quantity(value, unit).text;
  const missing = points.length - values.length;
  return (
    `${dayText(first?.at ?? '')} to ${dayText(last?.at ?? '')}: ` +
    `first ${of(values[0])}, last ${of(values.at(-1))}, least ${of(min(values))}, most ${of(max(values))}` +
    (missing === 0 ? '' : `; ${String(missing)} could not be told`)
  );
}

const BAR_WIDTH = 120;
const BAR_HEIGHT = 10;

interface ShareBarProps {
  /** 0 to 1 */
  readonly share: number;
  readonly title: string;
  readonly level?: 'bad' | 'warn' | undefined;
}

/** A share of a whole. */
export function ShareBar({ share, title, level }: ShareBarProps): JSX.Element {
  const width = scaleLinear([0, 1], [0, BAR_WIDTH]).clamp(true);
  return (
    <svg
      width={BAR_WIDTH}
      height={BAR_HEIGHT}
      viewBox={`0 0 ${String(BAR_WIDTH)} ${String(BAR_HEIGHT)}`}
      role="img"
    >
      <title>{title}</title>
      <rect class="track" width={BAR_WIDTH} height={BAR_HEIGHT} rx={2} />
      <rect
        class={level === undefined ? 'bar' : `bar-${level}`}
        width={width(share)}
        height={BAR_HEIGHT}
        rx={2}
      />
    </svg>
  );
}

interface BeforeAfterProps {
  readonly before: number | null;
  readonly after: number;
  /** The longest bar. */
  readonly most: number;
  readonly title: string;
}

/** Two bars, one above the other: what was, and what is. */
export function BeforeAfterBars({ before, after, most, title }: BeforeAfterProps): JSX.Element {
  const width = scaleLinear([0, most === 0 ? 1 : most], [0, BAR_WIDTH]).clamp(true);
  return (
    <svg width={BAR_WIDTH} height={16} viewBox={`0 0 ${String(BAR_WIDTH)} 16`} role="img">
      <title>{title}</title>
      {before === null ? null : <rect class="bar-before" width={width(before)} height={6} y={1} rx={2} />}
      <rect class="bar" width={width(after)} height={6} y={9} rx={2} />
    </svg>
  );
}
