import type { Settings } from './conninfo.js';
import { invalid } from './invalid.js';

/** Returns the value if it is one of `allowed`, else the error that psql gives for it. An empty value is not unset. */
export function choice<T extends string>(
  settings: Settings,
  keyword: string,
  allowed: readonly T[],
  unset: T,
): T {
  const value = settings.get(keyword);
  if (value === undefined) return unset;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw invalid(`invalid ${keyword} value: "${value}"`, `It is one of: ${allowed.join(', ')}.`);
  return found;
}

/** Returns a whole number, or undefined when the keyword is unset or empty. */
export function integer(settings: Settings, keyword: string): number | undefined {
  const value = settings.get(keyword);
  if (value === undefined || value === '') return undefined;
  const parsed = /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isInteger(parsed) || Math.abs(parsed) > 2_147_483_647) {
    throw invalid(`invalid integer value "${value}" for connection option "${keyword}"`);
  }
  return parsed;
}

/** Returns the value of a keyword that has none when it is empty. */
export function textOrNull(settings: Settings, keyword: string): string | null {
  const value = settings.get(keyword);
  return value === undefined || value === '' ? null : value;
}
