import type { TrendSeries } from '../trendData.js';
import type { Fit } from './fit.js';
import type { Dated, Line } from './theilSen.js';

export const DAY_MS = 86_400_000;
/** What lies further off is no forecast. */
const HORIZON_DAYS = 3653;
/** A line that is believed for longer than so many times its history is a direction and no date. */
const FAR = 4;

/** A value that a series runs towards. */
export interface KnownLimit {
  readonly value: number;
  readonly meaning: string;
  /** What happens on the way there, and at which value, if something does. */
  readonly before: { readonly value: number; readonly meaning: string } | null;
}

type Forecast = NonNullable<TrendSeries['forecast']>;

/**
 * When a series meets its limit, if it goes on as it did: `at` by the line, `earliest` and `latest` by the ends of the
 * interval of its slope. All three are null, and the message says why, where the history does not bear a forecast.
 * @param begin time of day 0, in milliseconds
 */
export function forecastOf(limit: KnownLimit, fit: Fit, values: readonly Dated[], begin: number): Forecast {
  const last = values.at(-1);
  const none = { limit: limit.value, meaning: limit.meaning, at: null, earliest: null, latest: null };
  if (last === undefined) return { ...none, message: 'no value is known' };
  if (last.value >= limit.value) {
    return { ...none, at: time(begin, last.day), message: 'it is there already' };
  }
  const doubt = doubtOf(fit);
  if (doubt !== null || fit.fitted === null) return { ...none, message: doubt ?? fit.message };
  const { line, low, high } = fit.fitted;
  const at = meets(line, limit.value, last.day);
  const earliest = meets(high, limit.value, last.day);
  const latest = meets(low, limit.value, last.day);
  const on = (day: number | null): string | null => (day === null ? null : time(begin, day));
  return {
    ...none,
    at: on(at),
    earliest: on(earliest),
    latest: on(latest),
    message: messageOf(limit, fit, values, at, begin),
  };
}

function doubtOf(fit: Fit): string | null {
  if (fit.quality === 'none') return `no forecast: ${fit.message}`;
  if (fit.fall !== null) return `no forecast: ${fit.message}; --since may begin after that`;
  if (fit.rises === 'up') return null;
  return fit.rises === 'down' ? 'it goes away from the limit' : `no forecast: ${fit.message}`;
}

/** The day on which a line is at a height, not before `from`; null when it is not within the horizon. */
function meets(line: Line, height: number, from: number): number | null {
  if (line.slope <= 0) return null;
  const day = Math.max(from, from + (height - line.at(from)) / line.slope);
  return day - from > HORIZON_DAYS ? null : day;
}

function messageOf(
  limit: KnownLimit,
  fit: Fit,
  values: readonly Dated[],
  at: number | null,
  begin: number,
): string {
  const first = values[0]?.day ?? 0;
  const last = values.at(-1)?.day ?? 0;
  const parts: string[] = [];
  if (at === null) parts.push('not within ten years at this slope');
  else if (fit.quality === 'poor') parts.push(`a poor fit, so a rough guess: ${fit.message}`);
  else parts.push('if it goes on as it did');
  if (at !== null && at - last > FAR * (last - first)) {
    parts.push(
      `that is more than ${String(FAR)} times as far off as the history is long: a direction, not a date`,
    );
  }
  const sooner = limit.before === null ? null : soonerOf(limit.before, fit, last, begin);
  return [...parts, ...(sooner === null ? [] : [sooner])].join('; ');
}

function soonerOf(
  { value, meaning }: NonNullable<KnownLimit['before']>,
  { fitted }: Fit,
  last: number,
  begin: number,
): string | null {
  if (fitted === null) return null;
  if (fitted.line.at(last) >= value) return `${meaning} at ${String(value)}, which is passed`;
  const day = meets(fitted.line, value, last);
  return day === null
    ? null
    : `before that, ${meaning} at ${String(value)}, about ${time(begin, day).slice(0, 10)}`;
}

function time(begin: number, day: number): string {
  return new Date(begin + day * DAY_MS).toISOString();
}
