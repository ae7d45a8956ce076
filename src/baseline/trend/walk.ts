import type { BaselineHead } from '../head.js';
import type { Metric } from '../metric.js';
import type { Slim } from '../slim.js';
import { numbersBySource, placedIn, valuesOf, type Placed, type Told } from './values.js';

/** Baselines of one cluster, oldest first, of which one at a time is opened. */
export interface History {
  readonly heads: readonly BaselineHead[];
  /** Null for one that cannot be read; whoever hands in the history tells why. */
  readonly slim: (head: BaselineHead) => Promise<Slim | null>;
}

/** What one baseline told, or that it did not have a source. */
export interface Visitor {
  /** @param at index among the heads of the history */
  readonly told: (at: number, told: Told, slim: Slim) => void;
  readonly missing?: (at: number, source: string) => void;
}

/**
 * Goes through baselines from the oldest to the newest, holding no more of them than the last sample of each source: with
 * it the next one is compared. Baselines of another database or of a node in another role are compared among themselves.
 * @param from index of the first that is told; the one before it is read for the rates
 * @param to index after the last
 */
export async function walk(
  history: History,
  [from, to]: readonly [number, number],
  metrics: readonly Metric[],
  visitor: Visitor,
): Promise<void> {
  const sources = numbersBySource(metrics);
  const earlier = new Map<string, Placed>();
  for (let at = Math.max(0, from - 1); at < to; at += 1) {
    const head = history.heads[at];
    const slim = head === undefined ? null : await history.slim(head);
    for (const [source, own] of sources) {
      const now = slim === null ? null : placedIn(slim, source);
      if (head === undefined || slim === null || now === null) {
        if (at >= from) visitor.missing?.(at, source);
        continue;
      }
      const comparable = JSON.stringify([source, head.database, head.role]);
      if (at >= from) {
        for (const told of valuesOf(own, now, earlier.get(comparable) ?? null)) visitor.told(at, told, slim);
      }
      earlier.set(comparable, now);
    }
  }
}
