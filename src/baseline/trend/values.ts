import { computeGrowth, elapsedBetween, type Moment } from '../../inspect/delta.js';
import type { Row } from '../../inspect/section.js';
import type { Sample } from '../../inspect/snapshot.js';
import type { BaselineMoment } from '../document.js';
import type { Metric, MetricValue } from '../metric.js';
import type { Slim } from '../slim.js';
import { keysOf, sourceId } from '../source.js';
import type { Gap } from '../trendData.js';

/** A number, or why it is not known. */
export type Known =
  { readonly value: number; readonly gap: null } | { readonly value: null; readonly gap: Gap };

/** A sample beside what tells whether another can be compared with it. */
export interface Placed {
  readonly sample: Sample;
  readonly moment: BaselineMoment;
}

/** What one baseline says of one row by one metric. */
export interface Told {
  readonly metric: Metric;
  readonly key: string;
  readonly row: Row;
  readonly known: Known;
}

/**
 * The numbers of a source in one baseline, for each of its metrics that has any. Rates are those since the earlier
 * sample of the same source, by the rules of `inspect --delta`: null after a reset, restart, failover or upgrade.
 * @param earlier null for the first baseline that has the source
 */
export function* valuesOf(metrics: readonly Metric[], now: Placed, earlier: Placed | null): Generator<Told> {
  const [first] = metrics;
  if (first === undefined) return;
  const keys = keysOf(first.source);
  const grown = metrics.some(({ value }) => isOfGrowth(value)) ? growthOf(first, now, earlier) : null;
  const elapsedMs = elapsedBetween(earlier?.sample.sampled_at ?? null, now.sample.sampled_at);
  for (const [at, row] of now.sample.rows.entries()) {
    const key = JSON.stringify(keys.map((name) => row[name]));
    const growth: Growth = {
      row: grown?.[at]?.row ?? row,
      gap: gapOf(grown?.[at]?.reason, earlier),
      elapsedMs,
    };
    for (const metric of metrics) {
      yield {
        metric,
        key,
        row,
        known: isOfGrowth(metric.value) ? ofGrowth(metric, growth) : ofRow(metric.value, row),
      };
    }
  }
}

/** Whether a metric needs two baselines. */
function isOfGrowth({ kind }: MetricValue): boolean {
  return kind === 'rate' || kind === 'per';
}

function growthOf(
  { source }: Metric,
  now: Placed,
  earlier: Placed | null,
): ReturnType<typeof computeGrowth> | null {
  if (source.kind !== 'view' || earlier === null) return null;
  const { section } = source;
  const moments = [momentOf(earlier, section.versionedBy), momentOf(now, section.versionedBy)] as const;
  return computeGrowth(section, earlier.sample, now.sample, moments, () => false);
}

function momentOf({ moment }: Placed, versionedBy: { readonly extension: string } | undefined): Moment {
  return {
    startedAt: moment.started_at,
    systemIdentifier: moment.system_identifier,
    timeline: moment.timeline,
    inRecovery: moment.in_recovery,
    extensionVersion: versionedBy === undefined ? null : (moment.extensions[versionedBy.extension] ?? null),
  };
}

interface Growth {
  /** Its counters hold what they grew by. */
  readonly row: Row;
  readonly gap: Gap | null;
  readonly elapsedMs: number | null;
}

function gapOf(reason: Gap | null | undefined, earlier: Placed | null): Gap | null {
  return earlier === null ? 'no_earlier' : (reason ?? null);
}

function ofGrowth({ value, enough }: Metric, { row, gap, elapsedMs }: Growth): Known {
  if (gap !== null) return { value: null, gap };
  if (value.kind !== 'rate' && value.kind !== 'per') return UNKNOWN;
  if (enough !== undefined && (numberOf(row[enough.counter]) ?? 0) < enough.grown) return TOO_FEW;
  const grown = sumOf(row, value.counters);
  const over =
    value.kind === 'rate'
      ? (elapsedMs ?? 0) / 1000
      : sumOf(row, typeof value.per === 'string' ? [value.per] : value.per);
  if (grown === null || over === null) return UNKNOWN;
  return over > 0 ? known(grown / over) : TOO_FEW;
}

function ofRow(value: MetricValue, row: Row): Known {
  if (value.kind === 'gauge') return known(numberOf(row[value.column]));
  if (value.kind !== 'share') return UNKNOWN;
  const part = numberOf(row[value.column]);
  const whole = sumOf(row, value.of);
  return known(part === null || whole === null || whole === 0 ? null : part / whole);
}

const UNKNOWN: Known = { value: null, gap: 'unknown' };
const TOO_FEW: Known = { value: null, gap: 'too_little' };

function known(value: number | null): Known {
  return value === null || !Number.isFinite(value) ? UNKNOWN : { value, gap: null };
}

function sumOf(row: Row, columns: readonly string[]): number | null {
  return columns.reduce<number | null>((sum, name) => {
    const value = numberOf(row[name]);
    return sum === null || value === null ? null : sum + value;
  }, 0);
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}

/** The metrics that are numbers, by the source of their rows. */
export function numbersBySource(metrics: readonly Metric[]): ReadonlyMap<string, readonly Metric[]> {
  const found = new Map<string, Metric[]>();
  for (const metric of metrics) {
    if (metric.value.kind === 'state' || metric.value.kind === 'presence') continue;
    const id = sourceId(metric.source);
    found.set(id, [...(found.get(id) ?? []), metric]);
  }
  return found;
}

/** The sample of a source in a baseline; null when it does not have it. */
export function placedIn(slim: Slim, source: string): Placed | null {
  const sample = slim.samples[source];
  return sample === undefined ? null : { sample, moment: slim.moment };
}
