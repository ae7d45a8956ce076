import type { PgdbaError } from '../core/errors.js';

/** A statement of static text; values only ever travel as parameters. */
export interface Statement {
  readonly sql: string;
  readonly params?: readonly (string | number | boolean | null)[];
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
