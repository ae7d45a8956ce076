import { median, medianAbsoluteDeviation } from 'simple-statistics';
import type { Row } from '../../inspect/section.js';
import type { Sample } from '../../inspect/snapshot.js';
import type { Change } from '../diffData.js';
import type { BaselineHead } from '../head.js';
import type { Metric } from '../metric.js';
import type { Slim } from '../slim.js';
import { sourceId } from '../source.js';
import type { Earlier } from './basis.js';
import type { Candidate } from './candidate.js';
import { gaugeOf, growthRateOf, isNumber, isOfGrowth } from './measure.js';
import { pairingOf } from './pairing.js';
import { keyOf } from './rowObject.js';

/** With fewer earlier baselines nothing is said of what is usual. */
const NEEDED_BASELINES = 7;

/** Of longer histories the newest: four months of nights. */
const MOST_BASELINES = 120;

/** Makes a median absolute deviation comparable with a standard deviation, for values that are normally distributed. */
const MAD_SCALE = 1.4826;

/** Of normally distributed values one in 16,000 lies further out; a diff of thousands of them must not list chance. */
const OUTSIDE = 4;

const DAY_MS = 86_400_000;

interface Dated {
  readonly at: number;
  readonly value: number;
}

/** Values of the time before, by candidate. */
export type Values = ReadonlyMap<Candidate, readonly Dated[]>;

/**
 * What each candidate’s number was in earlier baselines: a gauge in each of them, a rate (and of a gauge that grows its
 * growth per day) between neighbouring ones. One baseline is open at a time, and only rows of candidates are kept.
 */
export async function earlierValues(
  candidates: readonly Candidate[],
  earlier: Earlier,
  database: string,
): Promise<Values> {
  const wanted = bySource(candidates.filter(({ metric }) => isNumber(metric)));
  const values = new Map<Candidate, Dated[]>();
  let previous: Slim | null = null;
  for (const head of usableHeads(earlier.heads, database)) {
    const whole = wanted.size === 0 ? null : await earlier.slim(head);
    if (whole === null) continue;
    const slim = restricted(whole, wanted);
    for (const [id, own] of wanted) collect(id, own, previous, slim, values);
    previous = slim;
  }
  return values;
}

/** The newest of those that were taken from the same database. */
function usableHeads(heads: readonly BaselineHead[], database: string): readonly BaselineHead[] {
  return heads.filter((head) => head.database === database).slice(-MOST_BASELINES);
}

type Wanted = ReadonlyMap<string, ReadonlyMap<string, readonly Candidate[]>>;

/** By source and key of the row. */
function bySource(candidates: readonly Candidate[]): Wanted {
  const wanted = new Map<string, Map<string, Candidate[]>>();
  for (const candidate of candidates) {
    const { source } = candidate.metric;
    const id = sourceId(source);
    const own = wanted.get(id) ?? new Map<string, Candidate[]>();
    const key = keyOf(source, candidate.row);
    own.set(key, [...(own.get(key) ?? []), candidate]);
    wanted.set(id, own);
  }
  return wanted;
}

function restricted(slim: Slim, wanted: Wanted): Slim {
  const samples = [...wanted].flatMap(([id, own]): [string, Sample][] => {
    const sample = slim.samples[id];
    const metric = firstMetric(own);
    if (sample === undefined || metric === null) return [];
    return [[id, { ...sample, rows: sample.rows.filter((row) => own.has(keyOf(metric.source, row))) }]];
  });
  return { ...slim, samples: Object.fromEntries(samples) };
}

function firstMetric(own: ReadonlyMap<string, readonly Candidate[]>): Metric | null {
  for (const [first] of own.values()) if (first !== undefined) return first.metric;
  return null;
}

function collect(
  id: string,
  own: ReadonlyMap<string, readonly Candidate[]>,
  previous: Slim | null,
  slim: Slim,
  values: Map<Candidate, Dated[]>,
): void {
  const metric = firstMetric(own);
  if (metric === null) return;
  const at = Date.parse(slim.collectedAt);
  const keep = (candidate: Candidate, value: number | null): void => {
    if (value !== null) values.set(candidate, [...(values.get(candidate) ?? []), { at, value }]);
  };
  const each = (row: Row, told: (candidate: Candidate) => void): void => {
    own.get(keyOf(metric.source, row))?.forEach(told);
  };
  for (const row of slim.samples[id]?.rows ?? []) {
    each(row, (candidate) => {
      if (isStill(candidate.metric)) keep(candidate, gaugeOf(candidate.metric, row));
    });
  }
  const pairing = previous === null ? null : pairingOf(metric, previous, slim);
  for (const pair of pairing?.pairs ?? []) {
    const days = daysBetween(previous, slim);
    each(pair.row, (candidate) => {
      const own = candidate.metric;
      if (isOfGrowth(own)) keep(candidate, growthRateOf(own, pair));
      else if (own.grows === true) keep(candidate, growthPerDay(own, pair, days));
    });
  }
}

function isStill(metric: Metric): boolean {
  return !isOfGrowth(metric) && metric.grows !== true;
}

function growthPerDay(
  metric: Metric,
  { row, earlier }: { row: Row; earlier: Row | undefined },
  days: number,
): number | null {
  const was = earlier === undefined ? null : gaugeOf(metric, earlier);
  const is = gaugeOf(metric, row);
  return was === null || is === null || days <= 0 ? null : (is - was) / days;
}

function daysBetween(from: Slim | null, to: Slim): number {
  return from === null ? 0 : (Date.parse(to.collectedAt) - Date.parse(from.collectedAt)) / DAY_MS;
}

/** Whether a change is outside of what is usual, and what that is; nulls where the history is too short. */
export interface Judged {
  readonly told: Pick<Change, 'unusual' | 'usual'>;
  /** Whether it lies on the side of what is usual that the metric calls worse, or right on it. */
  readonly isOnWorseSide: boolean;
}

/** Nothing speaks for its being usual. */
const CANNOT_TELL: Judged = { told: { unusual: null, usual: null }, isOnWorseSide: true };

/** @param at when the later baseline was taken @param days between the two */
export function judge(
  { metric, before, after }: Candidate,
  values: readonly Dated[],
  { at, days }: { readonly at: number; readonly days: number },
): Judged {
  if (typeof before !== 'number' || typeof after !== 'number') return CANNOT_TELL;
  // Seven baselines make six times between them.
  const needed = isStill(metric) ? NEEDED_BASELINES : NEEDED_BASELINES - 1;
  const alike = values.filter((value) => isSameHour(value.at, at));
  const chosen = alike.length >= NEEDED_BASELINES ? alike : values;
  if (chosen.length < needed) return CANNOT_TELL;
  const numbers = chosen.map(({ value }) => value);
  const middle = median(numbers);
  const mad = medianAbsoluteDeviation(numbers);
  // Of what grows a day's growth is usual, and what it grew by in the days between is compared with as many of them.
  const times = metric.grows === true ? days : 1;
  const seen = metric.grows === true ? after - before : after;
  const least = Math.max(
    metric.least.absolute,
    (metric.least.factor - 1) * Math.abs(metric.grows === true ? 0 : middle),
  );
  const allowed = Math.max(OUTSIDE * MAD_SCALE * mad * times, least);
  const off = seen - middle * times;
  return {
    told: {
      unusual: Math.abs(off) > allowed,
      usual: {
        median: middle,
        mad,
        samples: numbers.length,
        chosen: chosen === alike ? 'same_weekday_and_hour' : 'all',
      },
    },
    isOnWorseSide: metric.worse === 'lower' ? off <= 0 : off >= 0,
  };
}

const HOUR_MS = 3_600_000;

/** Whether two times are of the same weekday and, give or take an hour, the same hour, in UTC. */
function isSameHour(a: number, b: number): boolean {
  const week = 7 * DAY_MS;
  const apart = Math.abs(a - b) % week;
  return Math.min(apart, week - apart) <= HOUR_MS;
}

/** What is said of the spread as a whole. @param database that the later baseline was taken from */
export function spreadTold(heads: readonly BaselineHead[], database: string) {
  const baselines = usableHeads(heads, database).length;
  const enough = baselines >= NEEDED_BASELINES;
  return {
    baselines,
    needed: NEEDED_BASELINES,
    message: enough
      ? `what is usual is told by the ${String(baselines)} baselines before; unusual is null where an object has too few values among them`
      : `whether a change is unusual cannot be told: this database has ${String(baselines)} of the ${String(NEEDED_BASELINES)} earlier baselines that it takes`,
  };
}
