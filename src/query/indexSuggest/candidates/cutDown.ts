import { type Candidate, candidate } from './candidate.js';
import { servedBy } from './served.js';

/** The same index with less in it: without INCLUDE, without its condition, and with fewer keys. */
export function cutDown(winner: Candidate): Candidate[] {
  const { relation, method, keys, include, where, assumes } = winner;
  const hope = assumes === null ? {} : { assumes };
  const shorter = keys
    .slice(1)
    .map((_, at) => candidate({ relation, method, keys: keys.slice(0, at + 1), include: [], where }));
  const plain =
    include.length === 0 ? [] : [candidate({ relation, method, keys, include: [], where, ...hope })];
  const whole =
    where === null ? [] : [candidate({ relation, method, keys, include: [], where: null, ...hope })];
  return [...plain, ...shorter, ...whole].filter((one) => servedBy(one) === null);
}
