import { type Candidate, candidate, keyOf } from './candidate.js';
import type { Catalog } from '../catalog/catalog.js';
import type { TableUse, Term } from '../statement/usage.js';

/** Rows from which BRIN is thought of, and how well they must lie in order. Source: the manual's chapter on BRIN. */
const BRIN_ROWS = 1_000_000;

const BRIN_CORRELATION = 0.95;

/** Indexes of other methods: trigrams, jsonb, arrays and text search in GIN; BRIN for what lies in order. */
export function others(use: TableUse, catalog: Catalog, rows: number): Candidate[] {
  const { relation } = use;
  const trigrams = catalog.extensions['pg_trgm'];
  const one = (method: 'gin' | 'brin', term: Term, opclass: string | null): Candidate =>
    candidate({ relation, method, keys: [keyOf(term, opclass)], include: [], where: null });
  return use.predicates.flatMap(({ shape, term, operator, partner, values }) => {
    if (partner !== null) return [];
    if (shape === 'pattern' && hasPatternIndex(use, term)) return [];
    if (
      (shape === 'infix' || shape === 'pattern') &&
      term.category === 'S' &&
      trigrams !== undefined &&
      hasTrigram(values)
    )
      return [one('gin', term, `${trigrams}.gin_trgm_ops`)];
    if (shape === 'contains' && isDocument(term))
      return [one('gin', term, operator === '@>' && term.column?.base === 'jsonb' ? 'jsonb_path_ops' : null)];
    if (shape === 'contains' && term.column?.category === 'A') return [one('gin', term, null)];
    if (shape === 'text_search' && (term.column?.base === 'tsvector' || term.sql.startsWith('to_tsvector(')))
      return [one('gin', term, null)];
    const lies = Math.abs(term.column?.correlation ?? 0);
    return shape === 'range' && term.column !== null && rows >= BRIN_ROWS && lies >= BRIN_CORRELATION
      ? [one('brin', term, null)]
      : [];
  });
}

/** Whether a pattern has three letters in a row, without which GIN would be read from end to end; unknown ones may. */
function hasTrigram(values: readonly string[] | null): boolean {
  return values === null || values.some((value) => /[\p{L}\p{N}]{3}/u.test(value));
}

/** Somebody has built an index for the beginnings of this text: a pattern that nobody knows is taken for one of those. */
function hasPatternIndex({ relation }: TableUse, { column }: Term): boolean {
  return relation.indexes.some(({ valid, method, keys: [first] }) => {
    const forPatterns = first?.opclass.endsWith('_pattern_ops') === true || column?.bytewise === true;
    return valid && method === 'btree' && column !== null && first?.column === column.name && forPatterns;
  });
}

function isDocument({ column, sql }: Term): boolean {
  return column === null ? sql.includes('->') && !sql.includes('->>') : column.base === 'jsonb';
}
