import { type Candidate, keySql } from '../candidates/candidate.js';
import { servedBy } from '../candidates/served.js';

/** What a longer index must spare of a statement's first cost where the table has one that its keys begin with. */
const BESIDE_SHORTER = 0.2;
/** The same of an index that adds nothing but INCLUDE to the first keys of another: two that look for the same. */
const BESIDE_LONGER = 0.5;

/** The share of a statement's first cost that a pick must spare beside what finds the same rows: existing and other picks. */
export function askedBeside(one: Candidate, picks: readonly Candidate[]): number {
  if (one.method !== 'btree' || one.where !== null) return 0;
  const keys = one.keys.map(keySql);
  const begins = (other: Candidate): boolean =>
    other.id !== one.id &&
    other.relation.oid === one.relation.oid &&
    other.method === 'btree' &&
    other.where === null &&
    other.keys.length > keys.length &&
    keys.every((key, at) => other.keys[at] !== undefined && keySql(other.keys[at]) === key);
  if (picks.some(begins)) return BESIDE_LONGER;
  const longer = keys.some(
    (_, at) => servedBy({ ...one, include: [], keys: one.keys.slice(0, at + 1) }) !== null,
  );
  return longer ? BESIDE_SHORTER : 0;
}
