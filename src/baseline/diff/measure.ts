import { difference } from '../../inspect/delta.js';
import type { Row } from '../../inspect/section.js';
import type { Enough, Metric } from '../metric.js';
import type { Pair } from './pairing.js';

/** Whether a metric is a number that two baselines are needed for. */
export function isOfGrowth({ value: { kind } }: Metric): boolean {
  return kind === 'rate' || kind === 'per';
}

/** Whether a metric is a number at all, and no state. */
export function isNumber({ value: { kind } }: Metric): boolean {
  return kind !== 'state' && kind !== 'presence';
}

/** The number that one row holds; null where it cannot be told, or the metric is no gauge. */
export function gaugeOf({ value }: Metric, row: Row): number | null {
  if (value.kind === 'gauge') return numberOf(row[value.column]);
  if (value.kind !== 'share') return null;
  const part = numberOf(row[value.column]);
  const whole = value.of.reduce<number | null>((sum, name) => plus(sum, numberOf(row[name])), 0);
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

/** The rate, or growth per growth, between the two rows of a pair; null where it cannot be told. */
export function growthRateOf({ value }: Metric, pair: Pair): number | null {
  if (value.kind === 'rate') {
    const seconds = (pair.elapsedMs ?? 0) / 1000;
    const grown = grownTogether(pair, value.counters);
    return grown === null || seconds <= 0 ? null : grown / seconds;
  }
  if (value.kind !== 'per') return null;
  const grown = grownTogether(pair, value.counters);
  const over = grownTogether(pair, [value.per].flat());
  return grown === null || over === null || over <= 0 ? null : grown / over;
}

/** What a counter grew by between the rows of a pair; null where that cannot be told. */
export function grownBy({ row, earlier, reason }: Pair, counter: string): number | null {
  return reason === null && earlier !== undefined ? difference(earlier[counter], row[counter]) : null;
}

/** A pair of a row that is new with the nothing before it: it counted all that it holds since. */
export function fromNothing({ row, elapsedMs }: Pair, counters: readonly string[]): Pair {
  return { row, earlier: zeros(counters), reason: null, elapsedMs };
}

/** As many zeros as there are counters. */
export function zeros(counters: readonly string[]): Row {
  return Object.fromEntries(counters.map((name) => [name, 0]));
}

/** Counters that a metric needs the growth of. */
export function countersOf({ value, enough = [] }: Metric): readonly string[] {
  const own = value.kind === 'rate' || value.kind === 'per' ? value.counters : [];
  return [
    ...own,
    ...(value.kind === 'per' ? [value.per].flat() : []),
    ...(value.kind === 'presence' ? [value.alive].filter((name) => name !== undefined) : []),
    ...enough.flatMap((one) => ('counter' in one ? [one.counter] : [])),
  ];
}

/** The time between the two baselines, or that before the earlier one, of one row and of all rows together. */
export interface Span {
  readonly pair: Pair;
  /** What a counter grew by in all rows. */
  readonly total: (counter: string) => number;
}

/**
 * Whether the row is worth being looked at.
 * @param spans between the two baselines, and before the earlier one where that is known
 */
export function isEnough({ enough = [] }: Metric, spans: readonly Span[]): boolean {
  return enough.every((one) => passes(one, spans));
}

function passes(enough: Enough, spans: readonly Span[]): boolean {
  if ('gauge' in enough) {
    const rows = spans.flatMap(({ pair: { row, earlier } }) =>
      earlier === undefined ? [row] : [row, earlier],
    );
    return rows.some((row) => (numberOf(row[enough.gauge]) ?? 0) >= enough.least);
  }
  const { counter } = enough;
  if ('grown' in enough) return spans.every(({ pair }) => (grownBy(pair, counter) ?? 0) >= enough.grown);
  return spans.some(({ pair, total }) => {
    const grown = grownBy(pair, counter) ?? 0;
    return grown > 0 && grown >= enough.share * total(counter);
  });
}

/** As grownBy(); a row that is new counted all that it holds. */
function grownSince(pair: Pair, counter: string): number | null {
  const isNew = pair.earlier === undefined && pair.reason === 'not_sampled';
  return isNew ? numberOf(pair.row[counter]) : grownBy(pair, counter);
}

/** Adds up what counters grew by in all pairs, each counter when it is first asked for. */
export function totalsOf(pairs: readonly Pair[]): Span['total'] {
  const totals = new Map<string, number>();
  return (counter) => {
    const known = totals.get(counter);
    if (known !== undefined) return known;
    const total = pairs.reduce((sum, pair) => sum + (grownSince(pair, counter) ?? 0), 0);
    totals.set(counter, total);
    return total;
  };
}

/** Whether a change is worth a line, by the metric’s own measure. */
export function isLarge({ least }: Metric, before: number, after: number): boolean {
  if (before === after || Math.abs(after - before) < least.absolute) return false;
  const [small, large] = [Math.abs(before), Math.abs(after)].sort((a, b) => a - b) as [number, number];
  return before * after <= 0 || large >= least.factor * small;
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}

/** Of counters that only some versions have, those that there are. */
function grownTogether(pair: Pair, counters: readonly string[]): number | null {
  const known = counters.map((name) => grownBy(pair, name)).filter((grown) => grown !== null);
  return known.length === 0 ? null : known.reduce((sum, grown) => sum + grown, 0);
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
