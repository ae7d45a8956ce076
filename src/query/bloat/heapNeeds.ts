import { dataWidth, isUniform, maxAligned, shareWithNulls, type ColumnShape } from './tupleWidth.js';

/** What a table consists of, as far as its size depends on it. */
export interface HeapShape {
  readonly rows: number;
  readonly columns: readonly ColumnShape[];
  /** pg_class.relnatts: dropped columns count, a rewritten row has NULL there. */
  readonly attributes: number;
  /** Percent. */
  readonly fillfactor: number;
  readonly blockSize: number;
}

/** Bytes of a page before its first line pointer. */
export const PAGE_HEADER = 24;
/** Bytes of a line pointer. */
export const LINE_POINTER = 4;
/** Bytes of a row's header before its NULL bitmap. */
const ROW_HEADER = 23;
/** MaxHeapTuplesPerPage of 8 kB pages: a row has at least 24 bytes and a line pointer. */
const LEAST_ROW = 28;

/** Bytes of an average row in its page, header and padding included, line pointer not. */
export function rowBytes({ columns, attributes }: Pick<HeapShape, 'columns' | 'attributes'>): number {
  const hasDropped = attributes > columns.length;
  const withBitmap = hasDropped ? 1 : shareWithNulls(columns);
  const plainHeader = maxAligned(ROW_HEADER);
  const bitmapHeader = maxAligned(ROW_HEADER + Math.ceil(attributes / 8));
  return withBitmap * bitmapHeader + (1 - withBitmap) * plainHeader + dataWidth(columns);
}

/**
 * Bytes that the table would have if it were written anew: whole pages, each filled as far as fillfactor allows. Rows
 * of one width leave what does not hold another; others leave half a row on average.
 * Source: raw_heap_insert(), which VACUUM FULL fills pages with.
 */
export function heapNeeds(shape: HeapShape): number {
  const { rows, columns, fillfactor, blockSize } = shape;
  if (rows <= 0) return 0;
  const reserved = Math.floor((blockSize * (100 - fillfactor)) / 100);
  const row = Math.max(LEAST_ROW, rowBytes(shape) + LINE_POINTER);
  const fitting = (blockSize - PAGE_HEADER - reserved) / row;
  const perPage = Math.max(1, isUniform(columns) ? Math.floor(fitting) : fitting - 0.5);
  return Math.ceil(rows / perPage) * blockSize;
}

/** Bytes of a full chunk's row in a TOAST table: header, chunk_id, chunk_seq, a varlena header and 1996 bytes. */
const FULL_CHUNK = 24 + 4 + 4 + 4 + 1996;

/**
 * The most bytes that so many chunks can need: as if all were full, four a page. A value's last chunk is shorter, and
 * nothing without an extension tells by how much, so that what is left is the least that a rewrite would give back.
 * Source: TOAST_MAX_CHUNK_SIZE of 8 kB pages; other page sizes scale with it (EXTERN_TUPLES_PER_PAGE is 4).
 */
export function toastNeedsAtMost(chunks: number, blockSize: number): number {
  const perPage = Math.floor((blockSize - PAGE_HEADER) / (FULL_CHUNK * (blockSize / 8192) + LINE_POINTER));
  return Math.ceil(chunks / perPage) * blockSize;
}
