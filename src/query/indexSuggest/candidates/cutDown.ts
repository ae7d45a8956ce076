import { type Candidate, candidate } from './candidate.js';
import { servedBy } from './served.js';
import type { TableUse } from '../statement/usage.js';

/**
 * The same index with less in it: without INCLUDE, without its condition, and with fewer keys. An order that LIMIT stops
 * in stays whole: how many rows share its first keys is nothing that lasts.
 * @param uses of the statement that would use the index
 */
export function cutDown(winner: Candidate, uses: readonly TableUse[]): Candidate[] {
  const { relation, method, keys, include, where, assumes } = winner;
  const hope = assumes === null ? {} : { assumes };
  const shorter = keys
    .slice(1)
    .map((_, at) => keys.slice(0, at + 1))
    .filter((kept) => !uses.some((use) => breaksOrder(winner, kept.length, use)))
    .map((kept) => candidate({ relation, method, keys: kept, include: [], where }));
  const plain =
    include.length === 0 ? [] : [candidate({ relation, method, keys, include: [], where, ...hope })];
  const whole =
    where === null ? [] : [candidate({ relation, method, keys, include: [], where: null, ...hope })];
  return [...plain, ...shorter, ...whole].filter((one) => servedBy(one) === null);
}

function breaksOrder({ relation, keys }: Candidate, kept: number, use: TableUse): boolean {
  if (!use.limited || use.relation.oid !== relation.oid) return false;
  const start = keys.findIndex(({ term }) => term.sql === use.sort[0]?.term.sql);
  const ordered = start >= 0 && use.sort.every(({ term }, at) => keys[start + at]?.term.sql === term.sql);
  return ordered && kept > start && kept < start + use.sort.length;
}
