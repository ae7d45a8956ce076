import { type Candidate, candidate } from './candidate.js';
import type { TableUse } from '../statement/usage.js';

const MOST_INCLUDED = 5;

/** Bytes of a row of an index that is meant to spare reading the table. */
const WIDEST_COVERING = 160;

/** The same with the other columns that are read, so that the table need not be. */
export function covering(one: Candidate, { needed, relation }: TableUse): Candidate[] {
  if (needed === null || one.keys.some(({ term }) => term.column === null)) return [];
  const held = new Set(one.keys.flatMap(({ term }) => term.columns));
  const rest = needed.filter((name) => !held.has(name));
  const columns = rest.flatMap((name) => relation.columns.find((column) => column.name === name) ?? []);
  const width = [...columns, ...one.keys.flatMap(({ term }) => term.column ?? [])].reduce(
    (sum, column) => sum + column.width,
    0,
  );
  if (rest.length === 0 || rest.length > MOST_INCLUDED || width > WIDEST_COVERING) return [];
  const { method, keys, where, assumes } = one;
  return [
    candidate({ relation, method, keys, include: rest, where, ...(assumes === null ? {} : { assumes }) }),
  ];
}
