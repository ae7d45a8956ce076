import type { Row } from '../../inspect/section.js';
import type { Metric } from '../metric.js';
import { gaugeOf, growthRateOf, isEnough, isLarge, isOfGrowth, type Span } from './measure.js';
import type { Pair, Pairing } from './pairing.js';

/** A change before it is judged by the usual spread. */
export interface Candidate {
  readonly metric: Metric;
  /** The row of the later baseline; of what is gone that of the earlier one. */
  readonly row: Row;
  readonly before: Value;
  readonly after: Value;
  /** Which way it went, by the metric. */
  readonly effect: 'worse' | 'better' | 'neutral';
  /** What is to be said of it beyond its values. */
  readonly note: string | null;
}

type Value = string | number | boolean | null;

/** What is known of one source: the two baselines, and the time before the earlier one by its rows. */
export interface Compared {
  readonly after: Pairing;
  readonly before: ReadonlyMap<Row, Pair>;
  /** What a counter grew by in all rows, between the two and before. */
  readonly total: { readonly after: Span['total']; readonly before: Span['total'] };
}

/** What is known of a row: of the time between the two, and of that before it. */
export function spansOf({ total }: Compared, pair: Pair, prior: Pair | null): readonly Span[] {
  const after: Span = { pair, total: total.after };
  return prior === null ? [after] : [after, { pair: prior, total: total.before }];
}

/** Numbers of a source that changed by as much as matters. */
export function changedNumbers(
  metric: Metric,
  compared: Compared,
  holds: (row: Row) => boolean,
): Candidate[] {
  const { after, before } = compared;
  return after.pairs.flatMap((pair): Candidate[] => {
    const { row, earlier } = pair;
    if (earlier === undefined || !holds(row)) return [];
    const prior = before.get(earlier) ?? null;
    const values = valuesOf(metric, pair, prior);
    if (values === null || !isLarge(metric, ...values)) return [];
    if (!isEnough(metric, spansOf(compared, pair, prior))) return [];
    const [was, is] = values;
    return [{ metric, row, before: was, after: is, effect: effectOf(metric, was, is), note: null }];
  });
}

function valuesOf(metric: Metric, pair: Pair, prior: Pair | null): [number, number] | null {
  const { row, earlier } = pair;
  if (earlier === undefined) return null;
  const was = isOfGrowth(metric)
    ? prior === null
      ? null
      : growthRateOf(metric, prior)
    : gaugeOf(metric, earlier);
  const is = isOfGrowth(metric) ? growthRateOf(metric, pair) : gaugeOf(metric, row);
  return was === null || is === null ? null : [was, is];
}

function effectOf({ worse }: Metric, before: number, after: number): Candidate['effect'] {
  if (worse === null) return 'neutral';
  return after > before === (worse === 'higher') ? 'worse' : 'better';
}

/** States of a source that are others than before. */
export function changedStates(
  metric: Metric,
  { after }: Compared,
  holds: (row: Row) => boolean,
): Candidate[] {
  const { value } = metric;
  if (value.kind !== 'state') return [];
  return after.pairs.flatMap(({ row, earlier }): Candidate[] => {
    if (earlier === undefined || !holds(row) || !holds(earlier)) return [];
    const was = wordsOf(earlier[value.column], value.none);
    const is = wordsOf(row[value.column], value.none);
    if (was === null || is === null || was.join() === is.join()) return [];
    const bad = (words: readonly string[]): number =>
      words.filter((word) => value.bad?.includes(word) === true).length;
    const effect = bad(is) > bad(was) ? 'worse' : bad(is) < bad(was) ? 'better' : 'neutral';
    return [{ metric, row, before: was.join(', '), after: is.join(', '), effect, note: null }];
  });
}

/** The members of a list, or the one word; null where it cannot be told. */
function wordsOf(value: unknown, none: string | undefined): readonly string[] | null {
  if (value === null || value === undefined) return none === undefined ? null : [none];
  if (Array.isArray(value)) return value.length === 0 ? [none ?? ''] : value.map(String).sort();
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}
