import { closedObject, nullable, oneOf, Type, type Static } from '../../core/schema.js';
import type { Window } from './window.js';

const VERDICTS = ['no_regression', 'regression', 'inconclusive', 'server_lost'] as const;

type Measure =
  | 'rollback_ratio'
  | 'blocks_per_commit'
  | 'temp_bytes_per_commit'
  | 'wal_bytes_per_commit'
  | 'ms_per_statement';

/**
 * What the guard looks at: work per transaction and time per statement, which repeat where throughput swings threefold.
 * Below `floor` a number is as good as nothing, and growth from there is counted from the floor.
 */
const GUARDED: readonly { readonly measure: Measure; readonly floor: number }[] = [
  { measure: 'blocks_per_commit', floor: 1 },
  { measure: 'temp_bytes_per_commit', floor: 8192 },
  { measure: 'wal_bytes_per_commit', floor: 64 },
  { measure: 'ms_per_statement', floor: 0.05 },
  { measure: 'rollback_ratio', floor: 0.01 },
];

/** With fewer transactions in any window, chance decides. */
const LEAST_COMMITS = 100;
/** How many times the difference between two windows without a change a difference must be, to be called one. */
const NOISE_FACTOR = 3;

const judgementSchema = closedObject({
  measure: Type.String({ description: 'as in the windows' }),
  before: nullable(Type.Number({ description: 'mean of the two windows before the change' })),
  after: nullable(Type.Number({ description: 'window after the change' })),
  change_ratio: nullable(Type.Number({ description: '0.2 = a fifth more than before' })),
  noise_ratio: nullable(
    Type.Number({ description: 'difference between the two windows before, as a share' }),
  ),
  limit_ratio: nullable(
    Type.Number({ description: 'the larger of --max-regression and three times the noise' }),
  ),
  crossed: Type.Boolean({ description: 'whether the change is worse than the limit' }),
});

export const verdictSchema = closedObject({
  verdict: oneOf(VERDICTS, 'regression and server_lost: the change was taken back'),
  reason: Type.String({ description: 'why, in words' }),
  max_regression_ratio: Type.Number({ description: '--max-regression' }),
  measures: Type.Array(judgementSchema),
});
export type Verdict = Static<typeof verdictSchema>;
type Judgement = Verdict['measures'][number];

export interface Observations {
  readonly before: readonly [Window | null, Window | null];
  readonly after: Window | null;
}

/** Whether the work per transaction, or the time per statement, grew by more than the limit and more than chance. */
export function judge({ before, after }: Observations, maxRegressionRatio: number): Verdict {
  const verdict = (kind: Verdict['verdict'], reason: string, measures: Judgement[] = []): Verdict => ({
    verdict: kind,
    reason,
    max_regression_ratio: maxRegressionRatio,
    measures,
  });
  const [first, second] = before;
  if (first === null || second === null || after === null) {
    return verdict('inconclusive', 'the server was restarted, or its counters were reset, in a window');
  }
  const least = Math.min(first.commits, second.commits, after.commits);
  if (least < LEAST_COMMITS) {
    const found = `${String(least)} transactions in the quietest window`;
    return verdict('inconclusive', `too little load: ${found}, of at least ${String(LEAST_COMMITS)}`);
  }
  const measures = GUARDED.map((guarded) =>
    judgeMeasure(guarded, [first, second, after], maxRegressionRatio),
  );
  const crossed = measures.filter((one) => one.crossed);
  if (crossed.length === 0) return verdict('no_regression', 'no measure grew beyond its limit', measures);
  return verdict('regression', crossed.map(inWords).join('; '), measures);
}

function judgeMeasure(
  { measure, floor }: (typeof GUARDED)[number],
  windows: readonly [Window, Window, Window],
  maxRegressionRatio: number,
): Judgement {
  const [first, second, after] = windows.map((window) => window[measure]) as [
    number | null,
    number | null,
    number | null,
  ];
  if (first === null || second === null || after === null) {
    const unknown = { before: null, change_ratio: null, noise_ratio: null, limit_ratio: null };
    return { measure, ...unknown, after, crossed: false };
  }
  const mean = (first + second) / 2;
  const base = Math.max(mean, floor);
  const change = (Math.max(after, floor) - base) / base;
  const noise = Math.abs(first - second) / base;
  const limit = Math.max(maxRegressionRatio, NOISE_FACTOR * noise);
  return {
    measure,
    before: mean,
    after,
    change_ratio: change,
    noise_ratio: noise,
    limit_ratio: limit,
    crossed: change > limit,
  };
}

function inWords({ measure, change_ratio, limit_ratio }: Judgement): string {
  const percent = (ratio: number | null): string => `${((ratio ?? 0) * 100).toFixed(0)} %`;
  return `${measure} grew by ${percent(change_ratio)}, the limit is ${percent(limit_ratio)}`;
}
