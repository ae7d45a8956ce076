import type { Section } from '../inspect/section.js';
import type { Analysis } from './analyses.js';
import type { Group } from './groups.js';

/**
 * How a metric is made of the columns of a row.
 * - `gauge`: the column as it stands
 * - `share`: the column over the sum of `of` (null where that is 0)
 * - `rate`: what the counters grew by together, per second of the time between two baselines
 * - `per`: what the counters grew by together, per growth of `per` (null where that did not grow)
 * - `state`: a word, flag or list: it changes, or it does not, and has no series
 * - `presence`: whether the row is there
 */
export type MetricValue =
  | { readonly kind: 'gauge'; readonly column: string }
  | { readonly kind: 'share'; readonly column: string; readonly of: readonly string[] }
  | { readonly kind: 'rate'; readonly counters: readonly string[] }
  | { readonly kind: 'per'; readonly counters: readonly string[]; readonly per: string | readonly string[] }
  | { readonly kind: 'state'; readonly column: string }
  | { readonly kind: 'presence' };

/** Where the rows of metrics come from: a section of inspect, or a list in what a command said. */
export type Source =
  | { readonly kind: 'view'; readonly section: Section }
  | {
      readonly kind: 'analysis';
      readonly id: string;
      readonly analysis: Analysis;
      /** The list in the command’s data. */
      readonly list: string;
      /** Columns that tell its rows apart. */
      readonly keys: readonly string[];
    };

/** What a row is about, for people and for `--object`. */
export interface MetricObject {
  /** table, index, query, database, setting, replication_slot, standby, sequence, server … */
  readonly type: string;
  /** Names in order, joined as SQL writes them; an empty list for the server itself. */
  readonly columns: readonly string[];
}

/** The least change that is worth a line; both must be passed. */
export interface Least {
  /** How many times the smaller the larger is, e.g. 1.5; 1 for any. */
  readonly factor: number;
  /** In the metric’s unit. */
  readonly absolute: number;
}

/** One number, or state, of one kind of object that baselines follow. Adding one is a line in src/baseline/metrics. */
export interface Metric {
  /** Unique within its group, snake_case, with its unit: `mean_exec_time_ms`. */
  readonly id: string;
  readonly group: Group;
  readonly source: Source;
  readonly object: MetricObject;
  readonly value: MetricValue;
  /** `bytes`, `ms`, `per_s`, `ms_per_s`, `bytes_per_s`, `bytes_per_call`, `ratio`, `count`, `transactions`, `rows`, none for states. */
  readonly unit: string | null;
  /** One sentence for people. */
  readonly meaning: string;
  /** Which way is worse; null where neither is. */
  readonly worse: 'higher' | 'lower' | null;
  readonly least: Least;
  /** Of a row that counts too little for its metric to mean something: the counter must have grown by so much. */
  readonly enough?: { readonly counter: string; readonly grown: number };
  /** Where a forecast ends. */
  readonly limit?: Limit;
}

/** The value that cannot be passed, and what happens there. */
export interface Limit {
  readonly meaning: string;
  readonly of:
    | { readonly kind: 'constant'; readonly value: number }
    /** A column of the same row. */
    | { readonly kind: 'column'; readonly column: string }
    /** A setting of the same baseline, as a number in its base unit. */
    | { readonly kind: 'setting'; readonly name: string };
}
