import type { Row } from '../../inspect/section.js';
import type { Metric } from '../metric.js';
import type { Slim } from '../slim.js';
import { spansOf, type Candidate, type Compared } from './candidate.js';
import { fromNothing, grownBy, isEnough, countersOf, numberOf } from './measure.js';
import type { Pair } from './pairing.js';

interface Seen extends Compared {
  readonly from: Slim;
  readonly to: Slim;
  readonly holds: (row: Row) => boolean;
}

/** Rows that are new or gone; none where one of the two baselines did not read all of them. */
export function changedPresence(metric: Metric, seen: Seen): Candidate[] {
  const { value } = metric;
  if (value.kind !== 'presence' || !seen.after.isWhole) return [];
  if (value.alive !== undefined) return changedUse(metric, value.alive, seen);
  const isOwned = ownedBy(metric, seen);
  const fresh = seen.after.pairs.filter(
    ({ earlier, reason }) => earlier === undefined && reason !== 'ambiguous_key',
  );
  return [
    ...seen.after.gone
      .filter((row) => seen.holds(row) && !isOwned(row, seen.to))
      .map((row) => gone(metric, row, wasMissed(metric, row, seen))),
    ...fresh
      .filter(({ row }) => seen.holds(row) && !isOwned(row, seen.from))
      .map(({ row }) => come(metric, row)),
  ];
}

/** Whether the row's owner is missing on that side, too: then it came or went with it, which is told once. */
function ownedBy({ value }: Metric, { from, to }: Seen): (row: Row, other: Slim) => boolean {
  const owner = value.kind === 'presence' ? value.owner : undefined;
  if (owner === undefined) return () => false;
  const { section, column } = owner;
  const known = (slim: Slim): ReadonlySet<unknown> | null => {
    const sample = slim.samples[section.id];
    return sample === undefined || sample.sampled_at === null
      ? null
      : new Set(sample.rows.map((row) => row[column]));
  };
  const sets = new Map([from, to].map((slim) => [slim, known(slim)]));
  return (row, other) => sets.get(other)?.has(row[column]) === false;
}

/** What nobody used is not missed. */
function wasMissed({ value }: Metric, row: Row, { before }: Seen): boolean {
  if (value.kind !== 'presence' || value.served === undefined) return true;
  const prior = before.get(row);
  const grown = prior === undefined ? null : grownBy(prior, value.served);
  return (grown ?? numberOf(row[value.served]) ?? 0) > 0;
}

function gone(metric: Metric, row: Row, missed: boolean): Candidate {
  const { value, worse } = metric;
  const served = value.kind === 'presence' && value.served !== undefined;
  const effect = worse === 'lower' && missed ? 'worse' : worse === 'higher' ? 'better' : 'neutral';
  const note = !served ? null : missed ? 'it had been in use' : 'it had not been in use';
  return { metric, row, before: true, after: false, effect, note };
}

function come(metric: Metric, row: Row): Candidate {
  const effect = metric.worse === 'higher' ? 'worse' : 'neutral';
  return { metric, row, before: false, after: true, effect, note: null };
}

/** Statements that were executed in one of the two times and not in the other. */
function changedUse(metric: Metric, counter: string, seen: Seen): Candidate[] {
  const { after, before, holds } = seen;
  const counters = countersOf(metric);
  return after.pairs.flatMap((pair): Candidate[] => {
    if (!holds(pair.row)) return [];
    const { earlier } = pair;
    if (earlier === undefined) {
      const whole = pair.reason === 'not_sampled' ? fromNothing(pair, counters) : null;
      return whole !== null && isEnough(metric, spansOf(seen, whole, null)) ? [come(metric, pair.row)] : [];
    }
    return changedUseOf(metric, counter, { seen, pair, prior: before.get(earlier) ?? null });
  });
}

function changedUseOf(
  metric: Metric,
  counter: string,
  { seen, pair, prior }: { readonly seen: Seen; readonly pair: Pair; readonly prior: Pair | null },
): Candidate[] {
  const grown = grownBy(pair, counter);
  const grew = prior === null ? null : grownBy(prior, counter);
  if (grown === null || grew === null || prior === null || grown > 0 === grew > 0) return [];
  if (!isEnough(metric, spansOf(seen, pair, prior))) return [];
  return [grown > 0 ? come(metric, pair.row) : gone(metric, pair.row, true)];
}
