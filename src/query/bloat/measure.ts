import { PgdbaError } from '../../core/errors.js';
import type { Snapshot } from '../../db/snapshot.js';
import type { MeasuredBloat } from './bloatData.js';
import { LINE_POINTER, PAGE_HEADER } from './heapNeeds.js';

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

/** Bytes of the pages that pgstattuple_approx() does not read are told by the free space map. */
const APPROXIMATELY = /* sql */ `
SELECT a.table_len, a.approx_tuple_count, a.approx_tuple_len, a.dead_tuple_len, a.approx_free_space
  FROM @extschema@.pgstattuple_approx($1::oid::pg_catalog.regclass) AS a`;

/** pgstattuple_approx() takes TOAST tables since 13. */
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
  readonly major: number;
  readonly blockSize: number;
}

/** Reads one relation with pgstattuple; an error of the server is returned. */
export async function measure(
  { snapshot, schema, major, blockSize }: Gauge,
  what: Measurable,
): Promise<Measurement | PgdbaError> {
  const sql = what.part === 'btree' ? LEAVES : what.part === 'toast' && major < 13 ? WHOLE : APPROXIMATELY;
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
  return measuredHeap(counts, what.fillfactor, blockSize);
}

interface HeapCounts {
  /** Bytes. */
  readonly size: number;
  readonly rows: number;
  readonly live: number;
  readonly dead: number;
  readonly free: number;
}

/**
 * What is used now, in pages filled as fillfactor has it. An average half row of a page stays free, as in any table:
 * that is no bloat.
 */
export function measuredHeap(
  { size, rows, live, dead, free }: HeapCounts,
  fillfactor: number,
  blockSize: number,
): Measurement {
  const pages = size / blockSize;
  const used = Math.max(0, size - dead - free - pages * PAGE_HEADER);
  const reserved = Math.floor((blockSize * (100 - fillfactor)) / 100);
  const rest = rows > 0 ? Math.min(live / rows + LINE_POINTER, blockSize / 4) / 2 : 0;
  const perPage = blockSize - PAGE_HEADER - reserved - rest;
  const needs = rows > 0 ? Math.min(size, Math.ceil(used / perPage) * blockSize) : 0;
  const bytes = { live_bytes: Math.round(live), dead_bytes: Math.round(dead), free_bytes: Math.round(free) };
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
