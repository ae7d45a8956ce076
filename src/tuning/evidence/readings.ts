import type { Reason, Row } from '../../inspect/section.js';
import type { SectionResults } from '../../inspect/snapshot.js';

/** The sections that were read, and the server's clock at that moment. */
export interface Readings {
  readonly sections: SectionResults;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly major: number;
  readonly inRecovery: boolean;
}

/**
 * A section's rows; null where it was not read, or where something is hidden: a sum over a part is not the sum.
 * `harmless` names the reasons for a partial reading that leave what is asked for whole.
 */
export function rowsOf(
  { sections }: Readings,
  id: string,
  harmless: readonly Reason[] = [],
): readonly Row[] | null {
  const result = sections[id];
  if (result === undefined) return null;
  if (result.status === 'ok') return result.rows;
  const isWhole = result.status === 'partial' && result.reason !== null && harmless.includes(result.reason);
  return isWhole ? result.rows : null;
}

/** The row of a section that has one; null as for {@link rowsOf}. */
export function rowOf(readings: Readings, id: string, harmless: readonly Reason[] = []): Row | null {
  return rowsOf(readings, id, harmless)?.[0] ?? null;
}

/** A counter or gauge of a row; null where the server cannot tell, and without a row. */
export function numberIn(row: Row | null, column: string): number | null {
  const value = row?.[column];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}

/** Sum of a column; null unless some row has a number there. */
export function sumOf(rows: readonly Row[] | null, column: string): number | null {
  const numbers = (rows ?? []).map((row) => numberIn(row, column)).filter((value) => value !== null);
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0);
}

/** The greatest of a column; 0 for no rows, because then there is nothing greater; null without a reading. */
export function greatestOf(rows: readonly Row[] | null, column: string): number | null {
  if (rows === null) return null;
  return rows.reduce((most, row) => Math.max(most, numberIn(row, column) ?? 0), 0);
}

/** Seconds since the time in that column; null where it holds none. */
export function secondsSince({ now }: Readings, row: Row | null, column: string): number | null {
  const time = row?.[column];
  return typeof time === 'string' ? Math.max(0, (now - Date.parse(time)) / 1000) : null;
}

/** a / b; null when either is not known or b is 0. */
export function ratioOf(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : a / b;
}

/** The greatest number known; null when none is. */
export function greatestKnown(...numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
