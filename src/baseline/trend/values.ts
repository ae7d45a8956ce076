import type { Row } from '../../inspect/section.js';
import {
  gaugeOf,
  growthRateOf,
  isEnough,
  isNumber,
  isOfGrowth,
  totalsOf,
  type Span,
} from '../diff/measure.js';
import { pairingOf, type Pair } from '../diff/pairing.js';
import { identityOf } from '../diff/rowObject.js';
import type { Metric } from '../metric.js';
import type { Slim } from '../slim.js';
import { sourceId } from '../source.js';
import type { Gap } from '../trendData.js';

/** A number, or why it is not known. */
export type Known =
  { readonly value: number; readonly gap: null } | { readonly value: null; readonly gap: Gap };

/** What one baseline says of one row by one metric. */
export interface Told {
  readonly metric: Metric;
  /** The same in every baseline for the same object. */
  readonly key: string;
  readonly row: Row;
  readonly known: Known;
  /** Whether the row counts enough to be worth following, by the metric’s own measure. */
  readonly matters: boolean;
}

/**
 * The numbers of one source in one baseline, for each of its metrics. Rates are those since the earlier baseline that has
 * the source, by the rules of `baseline diff`: null after a reset, restart, failover or upgrade.
 * @param metrics of one source
 * @param earlier null for the first baseline that has the source
 * @param wants whether a series is wanted; the others are passed over
 */
export function* valuesOf(
  metrics: readonly Metric[],
  now: Slim,
  earlier: Slim | null,
  wants: (metric: Metric, key: string) => boolean,
): Generator<Told> {
  const [first] = metrics;
  if (first === undefined) return;
  const pairing = earlier !== null && metrics.some(isOfGrowth) ? pairingOf(first, earlier, now) : null;
  const pairs = new Map(pairing?.pairs.map((pair) => [pair.row, pair]));
  const total = totalsOf(pairing?.pairs ?? []);
  for (const row of now.samples[sourceId(first.source)]?.rows ?? []) {
    const pair = pairs.get(row) ?? null;
    const keyOfRow = keysIn(row, now);
    for (const metric of metrics) {
      const key = keyOfRow(metric);
      if (!isAbout(metric, row) || !wants(metric, key)) continue;
      const span = { pair: pair ?? alone(row), total };
      const known = isOfGrowth(metric) ? rate(metric, pair === null ? null : span) : gauge(metric, row);
      const matters = isEnough(metric, [span]);
      yield { metric, key, row, known, matters };
    }
  }
}

/**
 * The key of a row by each metric, made once for all metrics that tell objects apart alike. Of a list of the connected
 * database alone, rows of the same name in another one are others.
 */
function keysIn(row: Row, { database }: Slim): (metric: Metric) => string {
  const made = new Map<Metric['object'], string>();
  return (metric) => {
    const known = made.get(metric.object);
    if (known !== undefined) return known;
    const identity = identityOf(metric, row);
    const key = metric.object.database === 'connected' ? JSON.stringify([database, identity]) : identity;
    made.set(metric.object, key);
    return key;
  };
}

function isAbout({ where }: Metric, row: Row): boolean {
  if (where === undefined) return true;
  const value = row[where.column];
  return 'in' in where ? where.in.includes(value) : !where.notIn.includes(value);
}

function alone(row: Row): Pair {
  return { row, earlier: undefined, reason: null, elapsedMs: null };
}

function gauge(metric: Metric, row: Row): Known {
  const value = gaugeOf(metric, row);
  return value === null ? { value, gap: 'unknown' } : { value, gap: null };
}

function rate(metric: Metric, span: Span | null): Known {
  if (span === null) return { value: null, gap: 'no_earlier' };
  const { pair } = span;
  if (pair.reason !== null) return { value: null, gap: pair.reason };
  const enough = metric.enough?.filter((one) => 'grown' in one) ?? [];
  if (!isEnough({ ...metric, enough }, [span])) return { value: null, gap: 'too_little' };
  const value = growthRateOf(metric, pair);
  return value === null ? { value, gap: 'unknown' } : { value, gap: null };
}

/** The metrics that are numbers, by the source of their rows. */
export function numbersBySource(metrics: readonly Metric[]): ReadonlyMap<string, readonly Metric[]> {
  const found = new Map<string, Metric[]>();
  for (const metric of metrics.filter(isNumber)) {
    const id = sourceId(metric.source);
    found.set(id, [...(found.get(id) ?? []), metric]);
  }
  return found;
}
