import type { BaselineDiff } from '../diffData.js';
import type { Baseline } from '../document.js';
import type { Metric } from '../metric.js';
import { slimOf } from '../slim.js';
import { sourceId } from '../source.js';
import { basisOf, type Earlier } from './basis.js';
import { changeOf, worstFirst, type Judging } from './change.js';
import { changedBy, type AuditLine } from './changedBy.js';
import { eventsBetween } from './events.js';
import { nearestLimits } from './limits.js';
import { changedFindings, changedRecommendations } from './notices.js';
import { lostSources } from './lost.js';
import { compareSource } from './sources.js';
import { earlierValues, spreadTold } from './spread.js';
import { isOfTools, textsOf } from './texts.js';
import { weightOf } from './weight.js';

/** What a diff is made of. */
export interface Comparison {
  readonly before: Baseline;
  readonly after: Baseline;
  readonly earlier: Earlier;
  /** Oldest first. */
  readonly audit: readonly AuditLine[];
  readonly metrics: readonly Metric[];
}

/** What a diff says, with all changes. */
export type Differences = Pick<
  BaselineDiff,
  'interval_ms' | 'basis' | 'spread' | 'events' | 'void' | 'changes' | 'limits'
>;

/** Changes of states and findings weigh as much as a middling number. */
const NOTICE_WEIGHT = 3;

/**
 * What changed between two baselines: counters as rates over the time between, against the rates before it; gauges and
 * states as they stand; each against the cluster’s own usual spread. Pure but for the history that it opens.
 */
export async function diffBaselines({
  before,
  after,
  earlier,
  audit,
  metrics,
}: Comparison): Promise<Differences> {
  const [from, to] = [slimOf(before, metrics), slimOf(after, metrics)];
  const elapsedMs = Date.parse(to.collectedAt) - Date.parse(from.collectedAt);
  const basis = await basisOf(before, from, elapsedMs, earlier, metrics);
  const sides = { before, after, from, to, basis, lost: lostSources(metrics, from, to) };
  const answers = [...bySource(metrics)].map(([id, own]) => [id, compareSource(own, sides)] as const);
  const textOf = textsOf(before, after);
  const candidates = answers
    .flatMap(([, answer]) => answer.candidates)
    .filter((candidate) => !isOfTools(textOf(candidate)));
  const judging: Judging = {
    values: await earlierValues(candidates, earlier, to.database),
    slim: to,
    elapsedMs,
    textOf,
    by: (name) => changedBy(name, before, after, audit),
  };
  const weights = new Map(
    candidates.map((candidate) => [changeOf(candidate, judging), weightOf(candidate)] as const),
  );
  const notices = [...changedFindings(before, after), ...changedRecommendations(before, after)];
  const pairings = new Map(answers.map(([id, { pairing }]) => [id, pairing]));
  return {
    interval_ms: elapsedMs,
    basis: basis.told,
    spread: spreadTold(earlier.heads, to.database),
    events: eventsBetween(before, after),
    void: answers.flatMap(([, { voids }]) => voids),
    changes: [...weights.keys(), ...notices].sort(worstFirst((one) => weights.get(one) ?? NOTICE_WEIGHT)),
    limits: nearestLimits(metrics, ({ source }) => pairings.get(sourceId(source)) ?? null, to, elapsedMs),
  };
}

function bySource(metrics: readonly Metric[]): ReadonlyMap<string, readonly Metric[]> {
  const found = new Map<string, Metric[]>();
  for (const metric of metrics) {
    const id = sourceId(metric.source);
    const own = found.get(id);
    if (own === undefined) found.set(id, [metric]);
    else own.push(metric);
  }
  return found;
}
