import { type Candidate, columnsIn } from './candidate.js';
import type { Index, IndexKey } from '../catalog/catalog.js';
import type { TableUse } from '../statement/usage.js';

/**
 * The existing index that serves whatever the candidate would: the same keys come first in it, in the same order or
 * that order read backwards. null when none does. A partial one serves a candidate of the same condition, and any
 * candidate for a use whose rows all fulfil it.
 * @param use what the candidate is thought of for; without, it is for anything
 */
export function servedBy(one: Candidate, use?: TableUse): Index | null {
  return (
    one.relation.indexes.find((index) => index.valid && (serves(index, one) || holdsAll(index, one, use))) ??
    null
  );
}

/** Whether all rows of a use stand in a partial index, and its condition and keys find them as the candidate would. */
function holdsAll(index: Index, one: Candidate, use: TableUse | undefined): boolean {
  const { predicate } = index;
  if (predicate === null || one.where !== null) return false;
  const told = use?.predicates.find(
    ({ inOr, sql }) => !inOr && sql !== null && sameCondition(predicate, sql),
  );
  if (told === undefined) return false;
  const keys = one.keys.filter(({ term }) => term.sql !== told.term.sql);
  const include = one.include.filter((name) => name !== told.term.column?.name);
  return keys.length === 0
    ? include.length === 0
    : serves({ ...index, predicate: null }, { ...one, keys, include });
}

function serves(index: Index, one: Candidate): boolean {
  if (index.method !== one.method && !(index.method === 'gist' && one.method === 'gin'))
    return index.method === 'hash' && equalOnly(index, one);
  if (index.predicate !== null && !sameCondition(index.predicate, one.where?.sql ?? null)) return false;
  // Among the rows of a condition fewer are found than among all.
  if (one.where !== null && index.predicate === null) return uniquelyFound(index, one);
  if (one.keys.length > index.keys.length) return uniquelyFound(index, one);
  const pairs = one.keys.map((key, at) => [key, index.keys[at] as IndexKey] as const);
  const same = pairs.every(
    ([{ term, opclass }, key]) =>
      sameTerm(term.sql, term.column?.name ?? null, key) && sameOpclass(opclass, key),
  );
  if (!same) return uniquelyFound(index, one);
  const turns = new Set(pairs.map(([{ descending }, key]) => descending === key.descending));
  if (one.method === 'btree' && turns.size > 1) return false;
  // INCLUDE would spare a look at the one row that a unique index finds.
  if (uniquelyFound(index, one)) return true;
  return one.include.every(
    (name) => index.include.includes(name) || index.keys.some(({ column }) => column === name),
  );
}

/** A hash index serves `=` on its one column, as a btree would; for an order or range it does not. */
function equalOnly(index: Index, one: Candidate): boolean {
  const [key] = index.keys;
  const [wanted] = one.keys;
  return (
    index.predicate === null &&
    one.keys.length === 1 &&
    one.include.length === 0 &&
    key !== undefined &&
    wanted !== undefined &&
    one.equalOnly &&
    sameTerm(wanted.term.sql, wanted.term.column?.name ?? null, key)
  );
}

/** Where a unique index finds the one row already by a part of the key, the rest of it finds nothing more. */
function uniquelyFound(index: Index, one: Candidate): boolean {
  if (!index.unique || index.predicate !== null || index.method !== 'btree') return false;
  const leading = one.keys.slice(0, index.keys.length).map(({ term }) => term.column?.name);
  return (
    one.keys.length >= index.keys.length &&
    index.keys.every(({ column }) => column !== null && leading.includes(column))
  );
}

function sameTerm(sql: string, column: string | null, key: IndexKey): boolean {
  return column === null
    ? key.expression !== null && normal(key.expression) === normal(sql)
    : key.column === column;
}

function sameOpclass(opclass: string | null, key: IndexKey): boolean {
  if (opclass === null) return key.default_opclass;
  return (
    (opclass.split('.').at(-1) ?? '') === key.opclass ||
    (opclass === 'jsonb_path_ops' && key.opclass === 'jsonb_ops')
  );
}

function sameCondition(existing: string, wanted: string | null): boolean {
  return wanted !== null && normal(existing) === normal(wanted);
}

/** PostgreSQL writes casts and brackets that people leave out: expressions are compared without them. */
function normal(sql: string): string {
  return sql
    .replaceAll(/::(?:"[^"]+"|[a-z_]+(?: varying| precision| with(?:out)? time zone)?)(?:\(\d+\))?/g, '')
    .replaceAll(/[\s()]/g, '');
}

/** Existing indexes that would serve nothing that the candidate does not: shorter, same keys, kept for nothing else. */
export function madeRedundant(one: Candidate): Index[] {
  if (one.where !== null || one.method !== 'btree') return [];
  const held = columnsIn(one);
  return one.relation.indexes.filter(
    (index) =>
      index.valid &&
      !index.needed &&
      index.method === 'btree' &&
      index.predicate === null &&
      index.keys.length <= one.keys.length &&
      index.keys.every((key, at) => {
        const mine = one.keys[at];
        return (
          mine !== undefined &&
          sameTerm(mine.term.sql, mine.term.column?.name ?? null, key) &&
          sameOpclass(mine.opclass, key) &&
          mine.descending === key.descending &&
          mine.nullsFirst === key.nulls_first
        );
      }) &&
      index.include.every((name) => held.has(name)),
  );
}
