import { GROUPS, type Group } from './baseline/groups.js';
import type { Baseline } from './baseline/document.js';
import { METRICS } from './baseline/metrics/registry.js';
import type { BaselineStore, StoredBaselines } from './baseline/store.js';
import { metricsNamed } from './baseline/trend/metricNamed.js';
import { trendOf } from './baseline/trend/trend.js';
import type { History } from './baseline/trend/walk.js';
import type { BaselineTrend } from './baseline/trendData.js';
import { PgdbaError } from './core/errors.js';
import type { Run } from './run.js';

/** What `baseline trend` was asked. */
export interface TrendQuestion {
  /** Null for the few series that changed most. */
  readonly metric: string | null;
  readonly object: string | null;
  readonly section: string | null;
  /** Milliseconds back from now; null for all that is stored. */
  readonly sinceMs: number | null;
  /** Series; 0 = all; null for as many as suit the question. */
  readonly limit: number | null;
}

const SERIES = { asked: 100, changedMost: 10 } as const;

/** Follows numbers through the baselines of a store. @throws PgdbaError `usage` for what is no metric or section */
export async function answerTrend(
  run: Run,
  store: BaselineStore | null,
  { heads, broken }: StoredBaselines,
  question: TrendQuestion,
): Promise<BaselineTrend> {
  const { metric, object, section, sinceMs, limit } = question;
  const asked = metric !== null;
  const metrics = metricsNamed(metric, groupNamed(section), METRICS);
  const since = sinceMs === null ? -Infinity : run.clock.now().getTime() - sinceMs;
  const first = heads.findIndex(({ collected_at }) => Date.parse(collected_at) >= since);
  const skipped = new Set(broken.map(({ message }) => message));
  const history: History = {
    heads,
    slim: (head) => unlessBroken(() => opened(store).slim(head), run, skipped),
    whole: (head): Promise<Baseline | null> => unlessBroken(() => opened(store).load(head), run, skipped),
  };
  const from = first < 0 ? heads.length : first;
  const most = limit ?? (asked ? SERIES.asked : SERIES.changedMost);
  const trend = await trendOf(history, { metrics, object, from, asked, limit: most });
  return { ...trend, skipped: skipped.size };
}

/** @throws PgdbaError `usage` */
function groupNamed(section: string | null): Group | null {
  const found = GROUPS.find((group) => group === section) ?? null;
  if (section === null || found !== null) return found;
  throw new PgdbaError('usage', `there is no section "${section}"`, {
    hint: `Sections: ${GROUPS.join(', ')}.`,
  });
}

function opened(store: BaselineStore | null): BaselineStore {
  if (store === null) throw new Error('a head without a store');
  return store;
}

/** Null for a baseline that is broken or was removed while we read; it is warned of. */
async function unlessBroken<T>(open: () => Promise<T>, run: Run, skipped: Set<string>): Promise<T | null> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof PgdbaError) || error.code !== 'state_unusable') throw error;
    run.warn('baseline_unusable', error.message, { hint: error.hint });
    skipped.add(error.message);
    return null;
  }
}
