import type { TObject } from '../core/schema.js';
import type { Row, Section } from '../inspect/section.js';
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
  | StateValue
  | PresenceValue;

interface StateValue {
  readonly kind: 'state';
  readonly column: string;
  /** What null stands for; without it null is what cannot be told, and no change. */
  readonly none?: string;
  /** Column that holds the unit of the value. */
  readonly unit?: string;
  /** Values, or members of a list, that are worse than others. */
  readonly bad?: readonly string[];
}

interface PresenceValue {
  readonly kind: 'presence';
  /** Counter that tells whether the row is in use: one that does not grow counts as gone. */
  readonly alive?: string;
  /** Counter without which nobody misses the row: its loss is worse only when this was above 0. */
  readonly served?: string;
  /** Column that both the row and its owner have: what goes or comes with its owner is no news. */
  readonly owner?: { readonly section: Section; readonly column: string };
}

/** Where the rows of metrics come from. */
export type Source =
  /** A section of inspect. */
  | { readonly kind: 'view'; readonly section: Section }
  /** Few rows made of those of sections, all of the metric’s group. */
  | DerivedSource
  /** A list in what a command said, or an object in it, which counts as one row. */
  | {
      readonly kind: 'analysis';
      readonly id: string;
      readonly analysis: Analysis;
      readonly list: string;
      /** Columns that tell its rows apart. */
      readonly keys: readonly string[];
    };

/** Rows that several sections, or many rows, are condensed into. */
export interface DerivedSource {
  readonly kind: 'derived';
  readonly id: string;
  readonly from: readonly Section[];
  /** Shape of its rows, with the annotations of src/inspect/column.ts. */
  readonly row: TObject;
  readonly resetAt?: string;
  /** @param rowsOf rows of one of `from`; null where the baseline does not have them */
  readonly make: (rowsOf: (section: Section) => readonly Row[] | null) => readonly Row[];
}

/** What a row is about, for people and for `--object`. */
export interface MetricObject {
  /** table, index, query, database, setting, replication_slot, standby, sequence, server … */
  readonly type: string;
  /** Names in order, joined as SQL writes them; an empty list for the server itself. */
  readonly columns: readonly string[];
  /** Whether the names are identifiers, quoted where needed and joined by dots. */
  readonly sql?: true;
  /** Column that holds the database; `connected`: the one that the baseline was taken from. */
  readonly database?: { readonly column: string } | 'connected';
}

/** The least change that is worth a line; both must be passed. */
export interface Least {
  /** How many times the smaller the larger is, e.g. 1.5; 1 for any. */
  readonly factor: number;
  /** In the metric’s unit. */
  readonly absolute: number;
}

/** What a row must have, before or after, for its metric to mean something. */
export type Enough =
  /** Of rates: the counter grew by so much in each of the two times. */
  | { readonly counter: string; readonly grown: number }
  /** Of rates: in one of the two times the counter grew by such a share of what it grew by in all rows together. */
  | { readonly counter: string; readonly share: number }
  /** The gauge is so large on one of the two sides. */
  | { readonly gauge: string; readonly least: number };

/** One number, or state, of one kind of object that baselines follow. Adding one is a line in src/baseline/metrics. */
export interface Metric {
  /** Unique within its group and kind of object, snake_case, with its unit: `mean_exec_time_ms`. */
  readonly id: string;
  readonly group: Group;
  readonly source: Source;
  readonly object: MetricObject;
  readonly value: MetricValue;
  /** `bytes`, `ms`, `per_s`, `ms_per_s`, `bytes_per_s`, `bytes_per_call`, `ratio`, `times`, `count`, `transactions`, `rows`, none for states. */
  readonly unit: string | null;
  /** One sentence for people. */
  readonly meaning: string;
  /** Which way is worse; of `presence` `lower` means that it is gone; null where neither is. */
  readonly worse: 'higher' | 'lower' | null;
  /** `unusual`: a worse value is a regression only when it is known to be outside the usual spread. */
  readonly regression?: 'unusual';
  /** Its rows are reckoned with counts that this section’s statistics keep: void when these were thrown out. */
  readonly counted?: Section;
  /** A gauge that grows with time: its usual spread is that of the growth per day. */
  readonly grows?: true;
  readonly least: Least;
  /** All of these must hold. */
  readonly enough?: readonly Enough[];
  /** Rows that it is about; all without it. */
  readonly where?: Where;
  /** Where a forecast ends. */
  readonly limit?: Limit;
}

type Where =
  | { readonly column: string; readonly in: readonly unknown[] }
  | { readonly column: string; readonly notIn: readonly unknown[] };

/** The value that cannot be passed, and what happens there. */
export interface Limit {
  readonly meaning: string;
  readonly of:
    | { readonly kind: 'constant'; readonly value: number }
    /** A column of the same row, less other columns of it. */
    | { readonly kind: 'column'; readonly column: string; readonly less?: readonly string[] }
    /** A setting of the same baseline times `unit`; 0 and less stand for no limit. */
    | { readonly kind: 'setting'; readonly name: string; readonly unit: number };
  /** What sets in on the way there, at the value of a setting. */
  readonly before?: { readonly setting: string; readonly meaning: string };
}
