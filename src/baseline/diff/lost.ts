import type { Metric } from '../metric.js';
import type { Slim } from '../slim.js';
import { sourceId } from '../source.js';
import { countersOf, numberOf } from './measure.js';
import { pairingOf, type Pair } from './pairing.js';

/**
 * Sources whose statistics were thrown out between two baselines, by a reset or a crash: the counts they keep (live and
 * dead rows) began at 0, and so did what others reckon with them. A clean restart keeps them.
 */
export function lostSources(metrics: readonly Metric[], from: Slim, to: Slim): ReadonlySet<string> {
  const counted = new Set(metrics.flatMap((metric) => metric.counted?.id ?? []));
  return new Set(
    [...counted].filter((id) => {
      const own = metrics.filter(({ source }) => sourceId(source) === id);
      const [metric] = own;
      const pairs = metric === undefined ? [] : (pairingOf(metric, from, to)?.pairs ?? []);
      const sums = metric?.source.kind === 'view' ? (metric.source.section.sums ?? []) : [];
      const counters = own.flatMap(countersOf).filter((name) => !sums.includes(name));
      return pairs.some((pair) => pair.reason === 'reset' || fellInRestart(pair, counters));
    }),
  );
}

function fellInRestart({ row, earlier, reason }: Pair, counters: readonly string[]): boolean {
  if (reason !== 'restarted' || earlier === undefined) return false;
  return counters.some((name) => (numberOf(row[name]) ?? Infinity) < (numberOf(earlier[name]) ?? 0));
}
