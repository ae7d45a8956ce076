import type { Candidate } from './candidate.js';

/** What is said of states, which have no size: as much as a number that is eight times the least that matters. */
const STATE_WEIGHT = 3;

/**
 * How large a change is, for comparing changes of any unit: the logarithm of how many times the least that matters it
 * is, and of the factor, of which more than a thousand counts no more.
 */
export function weightOf({ metric, before, after }: Candidate): number {
  if (typeof before !== 'number' || typeof after !== 'number') return STATE_WEIGHT;
  const unit =
    metric.least.absolute > 0 ? metric.least.absolute : Math.max(Math.abs(before), Math.abs(after));
  const [small, large] = [Math.abs(before), Math.abs(after)].sort((a, b) => a - b) as [number, number];
  const factor = Math.min(small === 0 ? 1000 : large / small, 1000);
  return Math.log2(1 + Math.abs(after - before) / unit) + Math.log2(factor) / 2;
}
