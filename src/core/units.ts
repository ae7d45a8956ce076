import { PgdbaError } from './errors.js';

/**
 * Units as PostgreSQL writes them: a number, then one of its unit names, case-sensitive ("30s", "5min", "64MB").
 * Source: PostgreSQL manual, "Parameter Names and Values"; memory units are multiples of 1024.
 */
const DURATION_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const SIZE_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};

/**
 * Milliseconds of a duration such as `500ms`, `30s`, `5min`; a bare number is milliseconds, as for PostgreSQL's timeouts.
 * @throws PgdbaError `usage` when it is not one.
 */
export function parseDuration(text: string): number {
  return parseQuantity(text, DURATION_MS, 'ms', 'duration');
}

/**
 * Bytes of a size such as `64MB`, `8GB`; a bare number is bytes.
 * @throws PgdbaError `usage` when it is not one.
 */
export function parseSize(text: string): number {
  return parseQuantity(text, SIZE_BYTES, 'B', 'size');
}

function parseQuantity(
  text: string,
  units: Readonly<Record<string, number>>,
  bareUnit: string,
  what: string,
): number {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim());
  const unit = match?.[2] === '' ? bareUnit : (match?.[2] ?? '');
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (match?.[1] === undefined || factor === undefined) {
    throw new PgdbaError('usage', `"${text}" is not a ${what}`, {
      hint: `Write a number and a unit: ${Object.keys(units).join(', ')}.`,
    });
  }
  return Math.round(Number(match[1]) * factor);
}
