import { PgdbaError } from '../../core/errors.js';
import type { Snapshot } from '../../db/snapshot.js';
import type { MeasuredBloat } from './bloatData.js';
import { LINE_POINTER, PAGE_HEADER } from './heapNeeds.js';
import { maxAligned } from './tupleWidth.js';

/** What is to be measured with pgstattuple. */
export interface Measurable {
  readonly oid: number;
  readonly part: 'heap' | 'toast' | 'btree';
  readonly size: number;
  readonly fillfactor: number;
}

/** What pgstattuple counted, and what the relation would need if it were written anew. */
export interface Measurement {
  readonly needs: number;
  readonly measured: MeasuredBloat;
}

/** Not pgstattuple_approx(): of pages that are visible to all it knows the free space only, and takes what VACUUM left
 * of line pointers for rows. */
const WHOLE = /* sql */ `
SELECT w.table_len, w.tuple_count, w.tuple_len, w.dead_tuple_len, w.free_space
  FROM @extschema@.pgstattuple($1::oid::pg_catalog.regclass) AS w`;

const LEAVES = /* sql */ `
SELECT i.index_size, i.internal_pages, i.leaf_pages, i.empty_pages + i.deleted_pages, nullif(i.avg_leaf_density, 'NaN')
  FROM @extschema@.pgstatindex($1::oid::pg_catalog.regclass) AS i`;

/** Where to measure. */
export interface Gauge {
  readonly snapshot: Snapshot;
  /** Schema of the extension, quoted. */
  readonly schema: string;
  readonly blockSize: number;
}

/** Reads one relation with pgstattuple; an error of the server is returned. */
export async function measure(
  { snapshot, schema, blockSize }: Gauge,
  what: Measurable,
): Promise<Measurement | PgdbaError> {
  const sql = what.part === 'btree' ? LEAVES : WHOLE;
  const { result } = await snapshot.read({
    sql: sql.replaceAll('@extschema@', () => schema),
    params: [what.oid],
  });
  if (result instanceof PgdbaError) return result;
  const numbers = (result.rows[0] ?? []).map((cell) => (cell === null ? null : Number(cell)));
  const [a = 0, b = 0, c = 0, d = 0, e = null] = numbers;
  if (what.part === 'btree') {
    const pages = { inner: b ?? 0, leaf: c ?? 0, empty: d ?? 0, density: e };
    return measuredIndex(pages, what.fillfactor, blockSize);
  }
  const counts = { size: a ?? 0, rows: b ?? 0, live: c ?? 0, dead: d ?? 0, free: e ?? 0 };
  return measuredHeap(counts, what.part, what.fillfactor, blockSize);
}

interface HeapCounts {
  /** Bytes. */
  readonly size: number;
  readonly rows: number;
  readonly live: number;
  readonly dead: number;
  readonly free: number;
}

/** Chunks of TOAST that any page holds (EXTERN_TUPLES_PER_PAGE). */
const CHUNKS_PER_PAGE = 4;

/**
 * The live rows in pages filled as fillfactor has it: rows of one length leave what does not hold another, others half
 * a row on average.
 */
export function measuredHeap(
  { size, rows, live, dead, free }: HeapCounts,
  part: 'heap' | 'toast',
  fillfactor: number,
  blockSize: number,
): Measurement {
  const reserved = Math.floor((blockSize * (100 - fillfactor)) / 100);
  const average = rows > 0 ? live / rows : 0;
  const isUniform = Number.isInteger(average);
  const row = (isUniform ? maxAligned(average) : average + 3.5) + LINE_POINTER;
  const fitting = (blockSize - PAGE_HEADER - reserved) / row;
  const least = part === 'toast' ? CHUNKS_PER_PAGE : 1;
  const perPage = Math.max(least, isUniform ? Math.floor(fitting) : fitting - 0.5);
  const needs = Math.min(size, Math.ceil(rows / perPage) * blockSize);
  const bytes = { live_bytes: live, dead_bytes: dead, free_bytes: free };
  return { needs, measured: { ...bytes, leaf_density_ratio: null, leaf_pages: null, empty_pages: null } };
}

/** Bytes of a btree page that pgstatindex counts as available. */
const NOT_AVAILABLE = PAGE_HEADER + 16;

interface IndexPages {
  readonly inner: number;
  readonly leaf: number;
  /** Empty and deleted ones. */
  readonly empty: number;
  /** avg_leaf_density, percent; null where there is no leaf. */
  readonly density: number | null;
}

/** What the entries need in leaves as full as fillfactor makes them, and inner pages in proportion. */
export function measuredIndex(
  { inner, leaf, empty, density }: IndexPages,
  fillfactor: number,
  blockSize: number,
): Measurement {
  const reserved = Math.floor((blockSize * (100 - fillfactor)) / 100);
  const full = 1 - reserved / (blockSize - NOT_AVAILABLE);
  const share = Math.min(1, (density ?? 0) / 100 / full);
  const needs = (1 + Math.ceil(leaf * share) + Math.ceil(inner * share)) * blockSize;
  const measured = {
    live_bytes: null,
    dead_bytes: null,
    free_bytes: null,
    leaf_density_ratio: density === null ? null : Math.round(density * 100) / 10_000,
    leaf_pages: leaf,
    empty_pages: empty,
  };
  return { needs, measured };
}
