import type { PgdbaError } from '../core/errors.js';

/** A statement of static text (or one that the caller handed in, see `alone`); values travel as parameters. */
export interface Statement {
  readonly sql: string;
  readonly params?: readonly (string | number | boolean | null)[];
  /** Sent over the extended protocol even without parameters: the server then takes one statement and no second one. */
  readonly alone?: true;
}

/** Rows as the server sent them: text format, in the order of `columns`. */
export interface RawRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** What became of one statement: its rows or its error, when it ended by the server's clock, and how long it took. */
export interface Reading {
  readonly result: RawRows | PgdbaError;
  /** ISO 8601 UTC by the server's clock; null when the connection broke first. */
  readonly sampledAt: string | null;
  readonly durationMs: number;
}
