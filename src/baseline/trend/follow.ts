import { rowObject, type RowObject } from '../diff/rowObject.js';
import type { Metric } from '../metric.js';
import type { TrendSeries } from '../trendData.js';
import { knownLimit } from './limit.js';
import { judge, type Collected } from './series.js';
import type { Known } from './values.js';
import { walk, type Slims } from './walk.js';

/** One number of one object. */
export interface Followed {
  readonly section: string;
  readonly metric: string;
  /** As answers tell it. */
  readonly object: string;
}

/**
 * The series of numbers that are known by name, over all baselines of the history, which is read once from end to end.
 * One that no baseline has is left out; an object of several databases has a series of each.
 */
export async function follow(
  history: Slims,
  wanted: readonly Followed[],
  metrics: readonly Metric[],
): Promise<readonly TrendSeries[]> {
  const names = new Set(wanted.map(nameOf));
  const followed = metrics.filter(({ group, id }) =>
    wanted.some(({ section, metric }) => section === group && metric === id),
  );
  const found = new Map<string, Following>();
  await walk(history, [0, history.heads.length], followed, {
    told: (at, { metric, key, row, known }, slim) => {
      const object = rowObject(metric, row, slim.database);
      if (!names.has(nameOf({ section: metric.group, metric: metric.id, object: object.object }))) return;
      const id = `${metric.group}.${metric.id} ${key}`;
      const series = found.get(id) ?? { metric, object, limit: null, known: [] };
      series.known[at] = known;
      found.set(id, { ...series, object, limit: knownLimit(metric, row, slim) });
    },
  });
  return [...found.values()].map((one) => judge(collected(one, history), NO_TEXTS).series);
}

/** What is followed has its text beside it already. */
const NO_TEXTS: ReadonlyMap<string, string> = new Map();

interface Following {
  readonly metric: Metric;
  readonly object: RowObject;
  readonly limit: Collected['limit'];
  /** By the index of the baseline. */
  readonly known: (Known | undefined)[];
}

const ABSENT: Known = { value: null, gap: 'absent' };

function collected({ metric, object, limit, known }: Following, { heads }: Slims): Collected {
  return { metric, object, limit, points: heads.map((head, at) => ({ head, known: known[at] ?? ABSENT })) };
}

function nameOf({ section, metric, object }: Followed): string {
  return JSON.stringify([section, metric, object]);
}
