import type { Baseline } from '../document.js';
import type { BaselineHead } from '../head.js';
import type { Metric } from '../metric.js';
import type { Slim } from '../slim.js';
import { numbersBySource, valuesOf, type Told } from './values.js';

/** Baselines of one cluster, oldest first, of which one at a time is opened. */
export interface Slims {
  readonly heads: readonly BaselineHead[];
  /** What metrics look at; null for one that cannot be read. */
  readonly slim: (head: BaselineHead) => Promise<Slim | null>;
}

/** The same with the documents themselves. */
export interface History extends Slims {
  /** The whole document; null for one that cannot be read. */
  readonly whole: (head: BaselineHead) => Promise<Baseline | null>;
}

/** Who looks at what the baselines tell. */
export interface Visitor {
  /** @param at index among the heads of the history */
  readonly told: (at: number, told: Told, slim: Slim) => void;
  /** Whether a series is wanted; all are unless said. */
  readonly wants?: (metric: Metric, key: string) => boolean;
  /** That baseline does not have the source. */
  readonly missing?: (at: number, source: string) => void;
}

/**
 * Goes through baselines from the oldest to the newest. Of those behind it no more is held than the last that had each
 * source: with it the next one is compared. Baselines of another database, or of a node in another role, are compared
 * among themselves.
 * @param from index of the first that is told; the one before it is read for the rates
 * @param to index after the last
 */
export async function walk(
  history: Slims,
  [from, to]: readonly [number, number],
  metrics: readonly Metric[],
  visitor: Visitor,
): Promise<void> {
  const sources = numbersBySource(metrics);
  const wants = visitor.wants ?? (() => true);
  const earlier = new Map<string, Slim>();
  for (let at = Math.max(0, from - 1); at < to; at += 1) {
    const head = history.heads[at];
    const slim = head === undefined ? null : await history.slim(head);
    for (const [source, own] of sources) {
      if (head === undefined || slim?.samples[source] === undefined) {
        if (at >= from) visitor.missing?.(at, source);
        continue;
      }
      const comparable = JSON.stringify([source, head.database, head.role]);
      if (at >= from) {
        for (const told of valuesOf(own, slim, earlier.get(comparable) ?? null, wants)) {
          visitor.told(at, told, slim);
        }
      }
      earlier.set(comparable, slim);
    }
  }
}
