import type { Candidate } from '../candidates/candidate.js';
import { type Catalog, distinctOf, rowsOf } from '../catalog/catalog.js';
import { selectivity } from './selectivity.js';

/** An index tuple's header and line pointer; how full a btree's leaves are built. Source: the manual's chapter on B-trees. */
const ENTRY_BYTES = 12;
const FILL = 0.9;
/** What a btree that deduplicates needs for one row's place: an item pointer. */
const POSTING_BYTES = 6;
/** What one trigram of one row takes: 3.1 for 65 random letters a row, 20,000 rows. A text has one more than it has bytes. */
const TRIGRAM_BYTES = 3;
/** Pages that one entry of BRIN stands for, by default. */
const BRIN_RANGE_PAGES = 128;

/** Bytes of an index by the widths of its columns; what deduplication (13 and later) spares is taken into account. */
export function estimatedSize(one: Candidate, catalog: Catalog, pages: number): number {
  const rows =
    rowsOf(catalog, one.relation) * (one.where === null ? 1 : selectivity(one.where, catalog, one.relation));
  const width = one.keys.reduce((sum, { term }) => sum + (term.column?.width ?? 24), 0);
  const included = one.include.reduce(
    (sum, name) => sum + (one.relation.columns.find((column) => column.name === name)?.width ?? 16),
    0,
  );
  const least = 2 * catalog.blockBytes;
  if (one.method === 'brin') return least + (pages / BRIN_RANGE_PAGES) * (16 + 2 * width);
  if (one.method === 'gin') return least + rows * ginRowBytes(one, rows);
  const distinct = distinctKeys(one, rows);
  const repeats =
    catalog.major >= 13 && included === 0 && distinct !== null
      ? Math.min(1, (3 * distinct) / Math.max(rows, 1))
      : 1;
  return (
    least +
    (rows * (repeats * (ENTRY_BYTES + aligned(width + included)) + (1 - repeats) * POSTING_BYTES)) / FILL
  );
}

/**
 * Bytes of GIN for one row: of entries that come once, and of places, which it compresses to a byte or two where many
 * rows share an entry. Measured on arrays, documents, trigrams and texts of 100,000 rows.
 */
function ginRowBytes({ keys, relation }: Candidate, rows: number): number {
  const [key] = keys;
  const column = key?.term.column ?? null;
  const read = key?.term.columns.map(
    (name) => relation.columns.find((one) => one.name === name)?.width ?? 32,
  );
  const width = column?.width ?? read?.reduce((sum, one) => sum + one, 0) ?? 32;
  if (key?.opclass?.endsWith('gin_trgm_ops') === true) return TRIGRAM_BYTES * (width + 1);
  if (column?.category !== 'A' && column?.base !== 'jsonb') return 1.5 * width;
  const distinct = distinctOf(column, rows) ?? rows;
  const perEntry = 1.3 + 3.7 * Math.min(1, distinct / Math.max(rows, 1));
  const entries = column.category === 'A' ? (width - 20) / 8 : width / 10;
  return Math.max(1, entries * (key?.opclass?.endsWith('jsonb_path_ops') === true ? 0.5 : 1)) * perEntry;
}

/** Different keys at most: of several columns as if they were independent; null where one has no statistics. */
function distinctKeys({ keys }: Candidate, rows: number): number | null {
  return keys.reduce<number | null>((product, { term }) => {
    const own = term.column === null ? null : distinctOf(term.column, rows);
    return product === null || own === null ? null : Math.min(rows, product * own);
  }, 1);
}

function aligned(width: number): number {
  return Math.ceil(width / 8) * 8;
}
