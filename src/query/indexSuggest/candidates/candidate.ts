import { quoteIdentifier } from '../../../core/identifier.js';
import { tokensOf } from '../../plan/tokens.js';
import type { Relation } from '../catalog/catalog.js';
import type { Predicate, Term } from '../statement/usage.js';

export type Method = 'btree' | 'gin' | 'brin';

export interface CandidateKey {
  readonly term: Term;
  /** null: the type's default. */
  readonly opclass: string | null;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** An index that might be built. */
export interface Candidate {
  /** The same text for the same index: what it is, and not how it was found. */
  readonly id: string;
  readonly relation: Relation;
  readonly method: Method;
  readonly keys: readonly CandidateKey[];
  readonly include: readonly string[];
  /** Condition of a partial index. */
  readonly where: Predicate | null;
  /** Whether only `=` is asked of it: a hash index would do. */
  readonly equalOnly: boolean;
  /** What its gain rests on beside the planner's cost; such a gain is not proved by it. */
  readonly assumes: Assumption | null;
}

export type Assumption = 'pattern_is_a_prefix';

/** A key in the order that is usual. */
export function keyOf(term: Term, opclass: string | null = null): CandidateKey {
  return { term, opclass, descending: false, nullsFirst: false };
}

/** A candidate with its id. */
export function candidate(
  parts: Omit<Candidate, 'id' | 'assumes' | 'equalOnly'> & {
    readonly assumes?: Assumption;
    readonly equalOnly?: boolean;
  },
): Candidate {
  const { relation, method, keys, include, where } = parts;
  const id = [
    String(relation.oid),
    method,
    keys.map(keySql).join(', '),
    [...include].sort().join(', '),
    where?.sql ?? '',
  ].join(' | ');
  return { assumes: null, equalOnly: false, ...parts, include: [...include].sort(), id };
}

/** The same index with other keys or other columns beside them, and an id of its own. */
export function reshaped(
  { relation, method, keys, include, where, equalOnly, assumes }: Candidate,
  parts: Partial<Pick<Candidate, 'keys' | 'include'>>,
): Candidate {
  const hope = assumes === null ? {} : { assumes };
  return candidate({ relation, method, keys, include, where, equalOnly, ...hope, ...parts });
}

/** The same index with nothing beside its keys. */
export function withoutInclude(one: Candidate): Candidate {
  return reshaped(one, { include: [] });
}

/** A key as CREATE INDEX takes it. */
export function keySql({ term, opclass, descending, nullsFirst }: CandidateKey): string {
  const bare = term.column !== null || !term.sql.startsWith('(') || isBracketed(term.sql);
  const expression = bare ? term.sql : `(${term.sql})`;
  const nulls = nullsFirst === descending ? '' : nullsFirst ? ' NULLS FIRST' : ' NULLS LAST';
  return `${expression}${opclass === null ? '' : ` ${opclass}`}${descending ? ' DESC' : ''}${nulls}`;
}

/** Whether the bracket that a text begins with is closed by its end. */
function isBracketed(sql: string): boolean {
  let depth = 0;
  const closing = tokensOf(sql).find(({ kind, value }) => {
    if (kind === 'mark' && value === '(') depth++;
    return kind === 'mark' && value === ')' && --depth === 0;
  });
  return closing?.end === sql.length;
}

/** What follows the table's name in CREATE INDEX. */
export function definitionSql({ method, keys, include, where }: Candidate): string {
  return [
    `USING ${method} (${keys.map(keySql).join(', ')})`,
    ...(include.length === 0 ? [] : [`INCLUDE (${include.map(quoteIdentifier).join(', ')})`]),
    ...(where?.sql == null ? [] : [`WHERE ${where.sql}`]),
  ].join(' ');
}

/** Names of all columns that it holds or depends on. */
export function columnsIn({ keys, include, where }: Candidate): Set<string> {
  return new Set([...keys.flatMap(({ term }) => term.columns), ...include, ...(where?.term.columns ?? [])]);
}
