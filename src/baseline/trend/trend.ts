import type { BaselineHead } from '../head.js';
import type { Metric } from '../metric.js';
import { rowObject } from '../diff/rowObject.js';
import { sourceId } from '../source.js';
import type { BaselineTrend } from '../trendData.js';
import { distancesOf, furthest, type Chosen, type Wish } from './choose.js';
import { Ends, distance } from './ends.js';
import { knownLimit } from './limit.js';
import { queryTexts } from './queryTexts.js';
import { judge, type Collected, type Judged } from './series.js';
import type { Known } from './values.js';
import { walk, type History } from './walk.js';

export interface TrendWish extends Wish {
  /** Series; 0 = all. */
  readonly limit: number;
}

/** Of series that the first look finds, so many times more are collected than shown, and at least so many. */
const CANDIDATES = 3;
const LEAST_CANDIDATES = 30;

/**
 * The series that were asked for, those that went furthest first, each with its line and its forecast. Reads the history
 * once from end to end, and before that eighteen baselines to choose by; holds the points of the chosen series only.
 */
export async function trendOf(history: History, wish: TrendWish): Promise<Omit<BaselineTrend, 'skipped'>> {
  const { from, limit, asked } = wish;
  const heads = history.heads.slice(from);
  const distances = heads.length === 0 ? new Map() : await distancesOf(history, wish);
  const candidates = limit === 0 ? 0 : Math.max(LEAST_CANDIDATES, CANDIDATES * limit);
  const { chosen, total } = furthest(distances, candidates, asked);
  const collected = await collect(history, wish, chosen);
  const texts = await queryTexts(history, collected);
  const judged = inOrder(
    collected.map((one) => judge(one, texts)),
    chosen,
  );
  const series = (limit === 0 ? judged : judged.slice(0, limit)).map((one) => one.series);
  return {
    baselines: heads.length,
    from: heads[0]?.collected_at ?? null,
    to: heads.at(-1)?.collected_at ?? null,
    chosen: asked ? 'asked' : 'changed_most',
    message: messageOf(heads.length, total, wish),
    series,
    truncated: series.length < total ? { shown: series.length, total } : null,
  };
}

/** Values of the chosen series in every baseline. */
async function collect(history: History, { from }: Wish, chosen: readonly Chosen[]): Promise<Collected[]> {
  const heads = history.heads.slice(from);
  const found = new Map(chosen.map((one) => [one.metric, new Map<string, Collecting>()]));
  for (const { metric, key } of chosen) found.get(metric)?.set(key, new Collecting(metric, heads));
  await walk(history, [from, history.heads.length], [...found.keys()], {
    wants: (metric, key) => found.get(metric)?.has(key) === true,
    told: (at, { metric, key, row, known }, slim) => {
      const series = found.get(metric)?.get(key);
      if (series === undefined) return;
      series.known[at - from] = known;
      series.object = rowObject(metric, row, slim.database);
      series.limit = knownLimit(metric, row, slim);
    },
    missing: (at, source) => {
      for (const [metric, series] of found) {
        if (sourceId(metric.source) !== source) continue;
        for (const one of series.values()) one.known[at - from] = { value: null, gap: 'not_in_baseline' };
      }
    },
  });
  return chosen.flatMap(({ metric, key }) => found.get(metric)?.get(key)?.collected() ?? []);
}

class Collecting {
  readonly known: (Known | undefined)[] = [];
  object: Collected['object'] | null = null;
  limit: Collected['limit'] = null;

  constructor(
    readonly metric: Metric,
    readonly heads: readonly BaselineHead[],
  ) {}

  collected(): Collected[] {
    const { metric, object, limit, known } = this;
    if (object === null) return [];
    const points = this.heads.map((head, at) => ({ head, known: known[at] ?? ABSENT }));
    return [{ metric, object, limit, points }];
  }
}

const ABSENT: Known = { value: null, gap: 'absent' };

/** Those whose slope is sure to be one before the others, and among both those that went furthest, by all their values. */
function inOrder(judged: readonly Judged[], chosen: readonly Chosen[]): Judged[] {
  const ranked = judged.map((one, at) => ({
    one,
    sure: Number(one.fit.rises !== 'neither'),
    gone: goneBy(one, chosen[at]?.metric),
  }));
  return ranked.sort((a, b) => b.sure - a.sure || b.gone - a.gone).map(({ one }) => one);
}

function goneBy({ series }: Judged, metric: Metric | undefined): number {
  const ends = new Ends();
  for (const { value } of series.points) if (value !== null) ends.add(value);
  return metric === undefined ? 0 : distance(ends.medians(), metric);
}

function messageOf(baselines: number, total: number, { asked, object, metrics }: TrendWish): string {
  if (baselines === 0) return 'no baseline of that time is stored';
  const looked = `${String(baselines)} baselines`;
  if (asked) {
    if (total > 0) return `${looked}, ${String(total)} series`;
    const names = [...new Set(metrics.map(({ group, id }) => `${group}.${id}`))].join(', ');
    return object === null
      ? `${looked}, none with a row for ${names}`
      : `${looked}, none with ${names} of an object called “${object}”`;
  }
  return total > 0
    ? `${looked}; ${String(total)} series changed enough to be worth a line`
    : `${looked}; nothing changed enough to be worth a line`;
}
