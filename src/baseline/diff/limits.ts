import type { Row } from '../../inspect/section.js';
import { pgSettings } from '../../inspect/sections/pg_settings.js';
import type { Change, Near } from '../diffData.js';
import type { Metric } from '../metric.js';
import type { Slim } from '../slim.js';
import { gaugeOf, isNumber, numberOf } from './measure.js';
import type { Pairing } from './pairing.js';
import { rowObject } from './rowObject.js';

const DAY_MS = 86_400_000;
/** What lies further off has no date. */
const HORIZON_DAYS = 36_525;
const SHOWN = 10;
/** What has used less, and does not run into it within a year, is far from its limit. */
const WORTH_RATIO = 0.5;
const WORTH_DAYS = 365;

/** The value that a row of a metric cannot pass, as that baseline has it; null where there is none. */
export function limitOf({ limit }: Metric, row: Row, slim: Slim): number | null {
  if (limit === undefined) return null;
  const { of } = limit;
  if (of.kind === 'constant') return of.value;
  if (of.kind === 'column') return columnLess(row, of.column, of.less ?? []);
  const value = settingIn(of.name, slim);
  return value === null ? null : value * of.unit;
}

function columnLess(row: Row, column: string, less: readonly string[]): number | null {
  const whole = numberOf(row[column]);
  return whole === null ? null : less.reduce((left, name) => left - (numberOf(row[name]) ?? 0), whole);
}

/** A setting in its base unit; null when the baseline does not tell it, and where 0 and less stand for none. */
export function settingIn(setting: string, slim: Slim): number | null {
  const text = slim.samples[pgSettings.id]?.rows.find(({ name }) => name === setting)?.['setting'];
  const value = text === undefined || text === null ? NaN : Number(text);
  return value > 0 ? value : null;
}

/** When a number that goes on as it did between the two baselines meets its limit. */
export function etaOf(
  metric: Metric,
  row: Row,
  [before, after]: readonly [number, number],
  { slim, elapsedMs }: { readonly slim: Slim; readonly elapsedMs: number },
): Change['eta'] {
  const limit = limitOf(metric, row, slim);
  if (limit === null || metric.limit === undefined) return null;
  const perDay = elapsedMs > 0 ? ((after - before) * DAY_MS) / elapsedMs : 0;
  return { limit, meaning: metric.limit.meaning, at: meets(limit, after, perDay, slim.collectedAt) };
}

function meets(limit: number, value: number, perDay: number, from: string): string | null {
  if (value >= limit) return from;
  const days = perDay > 0 ? (limit - value) / perDay : Infinity;
  return days > HORIZON_DAYS ? null : new Date(Date.parse(from) + days * DAY_MS).toISOString();
}

/**
 * What is nearest to its limit in the later baseline, changed or not: of each metric the furthest, and whatever has used
 * half of it or meets it within a year.
 */
export function nearestLimits(
  metrics: readonly Metric[],
  pairing: (metric: Metric) => Pairing | null,
  slim: Slim,
  elapsedMs: number,
): Near[] {
  const near = metrics
    .filter((metric) => metric.limit !== undefined && isNumber(metric))
    .flatMap((metric) => {
      const own = (pairing(metric)?.pairs ?? []).flatMap(
        ({ row, earlier }) => nearOf(metric, row, earlier, { slim, elapsedMs }) ?? [],
      );
      const [furthest, ...others] = own.sort(byNearness);
      return furthest === undefined ? [] : [furthest, ...others.filter((one) => isWorthTelling(one, slim))];
    });
  return near.sort(byNearness).slice(0, SHOWN);
}

function nearOf(
  metric: Metric,
  row: Row,
  earlier: Row | undefined,
  { slim, elapsedMs }: { readonly slim: Slim; readonly elapsedMs: number },
): Near | null {
  const value = gaugeOf(metric, row);
  const limit = limitOf(metric, row, slim);
  if (value === null || limit === null || limit <= 0) return null;
  const before = earlier === undefined ? null : gaugeOf(metric, earlier);
  const perDay = before === null || elapsedMs <= 0 ? null : ((value - before) * DAY_MS) / elapsedMs;
  return {
    section: metric.group,
    ...rowObject(metric, row, slim.database),
    metric: metric.id,
    unit: metric.unit,
    value,
    limit,
    used_ratio: value / limit,
    per_day: perDay,
    // What does not grow with time, as connections, does not run into anything.
    at: metric.grows === true ? meets(limit, value, perDay ?? 0, slim.collectedAt) : null,
    meaning: metric.limit?.meaning ?? '',
  };
}

function isWorthTelling({ used_ratio, at }: Near, { collectedAt }: Slim): boolean {
  if (used_ratio >= WORTH_RATIO) return true;
  return at !== null && Date.parse(at) - Date.parse(collectedAt) <= WORTH_DAYS * DAY_MS;
}

function byNearness(a: Near, b: Near): number {
  return b.used_ratio - a.used_ratio;
}
