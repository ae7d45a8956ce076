import type { Metric } from '../metric.js';
import { distance, Ends } from './ends.js';
import { isCalled } from './named.js';
import type { Told } from './values.js';
import { walk, type History } from './walk.js';

/** What is to be followed. */
export interface Wish {
  readonly metrics: readonly Metric[];
  /** Whether a metric was named; else the few series that changed most are wanted. */
  readonly asked: boolean;
  /** Every object when null. */
  readonly object: string | null;
  /** Index of the first baseline that counts. */
  readonly from: number;
}

/** Series, as keys of rows by metric, and how far each went; those that did not move enough have distance 0. */
export type Distances = ReadonlyMap<Metric, ReadonlyMap<string, number>>;

/** So many neighbouring baselines at the beginning, in the middle and at the end are looked at. */
const BLOCK = 6;

/**
 * How far every series went, by looking at a few baselines only, so that it costs the same however long the history is:
 * all of them up to eighteen, else the first, middle and last six. An object that came after the first six is judged from
 * the middle on.
 */
export async function distancesOf(
  history: History,
  { metrics, object, from, asked }: Wish,
): Promise<Distances> {
  const ends = new Map(metrics.map((metric) => [metric, new Map<string, Ends>()]));
  const told = (_at: number, { metric, key, row, known, matters }: Told): void => {
    const own = ends.get(metric);
    if (own === undefined || (object !== null && !isCalled(object, metric, row))) return;
    const series = own.get(key) ?? new Ends();
    own.set(key, series);
    if (known.value !== null && (asked || matters)) series.add(known.value);
  };
  for (const block of blocksOf(from, history.heads.length)) await walk(history, block, metrics, { told });
  return new Map(
    [...ends].map(([metric, series]) => [
      metric,
      new Map([...series].map(([key, one]) => [key, distance(one.medians(), metric)])),
    ]),
  );
}

function blocksOf(from: number, to: number): (readonly [number, number])[] {
  if (to - from <= 3 * BLOCK) return [[from, to]];
  const middle = Math.floor((from + to - BLOCK) / 2);
  return [
    [from, from + BLOCK],
    [middle, middle + BLOCK],
    [to - BLOCK, to],
  ];
}

/** One series that is to be collected. */
export interface Chosen {
  readonly metric: Metric;
  readonly key: string;
  readonly distance: number;
}

/** The series that went furthest. @param count 0 = all @param still whether to take those too that did not move */
export function furthest(
  distances: Distances,
  count: number,
  still: boolean,
): { chosen: Chosen[]; total: number } {
  const all = [...distances].flatMap(([metric, series]) =>
    [...series].map(([key, gone]): Chosen => ({ metric, key, distance: gone })),
  );
  const moved = still ? all : all.filter((one) => one.distance > 0);
  moved.sort((a, b) => b.distance - a.distance || compare(a.metric.id, b.metric.id) || compare(a.key, b.key));
  return { chosen: count === 0 ? moved : moved.slice(0, count), total: moved.length };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
