import { LINE_POINTER, PAGE_HEADER } from './heapNeeds.js';
import { dataWidth, isUniform, maxAligned, shareWithNulls, type ColumnShape } from './tupleWidth.js';

/** What a btree index consists of, as far as its size depends on it. */
export interface BtreeShape {
  readonly rows: number;
  /** Key columns. */
  readonly keys: readonly ColumnShape[];
  /** Columns of INCLUDE. */
  readonly included: readonly ColumnShape[];
  /** Different keys; null where building the index would not make posting lists of equal ones. */
  readonly distinctKeys: number | null;
  /** Rows whose one key column is NULL: all of them are equal, too. */
  readonly nullRows: number;
  /** Percent. */
  readonly fillfactor: number;
  readonly blockSize: number;
}

/** Bytes of an index tuple's header, alone and with its NULL bitmap, aligned. */
const TUPLE_HEADER = 8;
const TUPLE_HEADER_WITH_NULLS = 16;
/** Bytes at the end of each page (BTPageOpaqueData). */
const SPECIAL = 16;
/** A row's address in a posting list. */
const TID = 6;
/** Inner pages are filled so far (BTREE_NONLEAF_FILLFACTOR), whatever the index’s fillfactor. */
const INNER_FILLFACTOR = 70;
/** A posting list takes at most this share of a page while an index is built. */
const POSTING_SHARE = 10;

/**
 * Bytes that the index would have if it were built anew: leaf pages filled as far as fillfactor allows, each but the
 * last with a high key, inner pages above them, and the metapage. Equal keys share one tuple with a posting list where
 * the index deduplicates (PostgreSQL 13 and later). Source: _bt_buildadd(), _bt_load(), _bt_dedup_save_htid().
 */
export function btreeNeeds(shape: BtreeShape): number {
  const { rows, keys, included, fillfactor, blockSize } = shape;
  if (rows <= 0) return blockSize;
  const { items, itemBytes } = leafItems(shape);
  const uniform = isUniform([...keys, ...included]) && items === rows;
  const leaves = Math.max(1, Math.ceil(items / perPage(blockSize, fillfactor, itemBytes, uniform)));
  const pivot = tupleBytes(keys) + LINE_POINTER;
  const fanout = Math.max(2, perPage(blockSize, INNER_FILLFACTOR, pivot, false));
  return (1 + leaves + innerPages(leaves, fanout)) * blockSize;
}

function tupleBytes(columns: readonly ColumnShape[]): number {
  const withNulls = shareWithNulls(columns);
  return withNulls * TUPLE_HEADER_WITH_NULLS + (1 - withNulls) * TUPLE_HEADER + dataWidth(columns);
}

/** Items of a page: it is closed when less is free than fillfactor leaves, and its last item begins the next one. */
function perPage(blockSize: number, fillfactor: number, itemBytes: number, uniform: boolean): number {
  const reserved = Math.floor((blockSize * (100 - fillfactor)) / 100);
  const highKey = LINE_POINTER;
  const fitting = (blockSize - PAGE_HEADER - SPECIAL - highKey - LINE_POINTER - reserved) / itemBytes;
  return Math.max(2, uniform ? Math.floor(fitting) : fitting - 0.5);
}

function innerPages(leaves: number, fanout: number): number {
  let pages = 0;
  for (let level = leaves; level > 1;) {
    level = Math.ceil(level / fanout);
    pages += level;
  }
  return pages;
}

/** Tuples of the leaves with their line pointers: one for each row, or one or some for each key. */
function leafItems({ rows, nullRows, distinctKeys, keys, included, blockSize }: BtreeShape): {
  readonly items: number;
  readonly itemBytes: number;
} {
  if (distinctKeys === null)
    return { items: rows, itemBytes: tupleBytes([...keys, ...included]) + LINE_POINTER };
  // Rows of which the one key is NULL share tuples of their own, so that the others are without NULLs.
  const tuple = tupleBytes(nullRows > 0 ? keys.map((key) => ({ ...key, nullShare: 0 })) : keys);
  const keyed = Math.max(1, rows - nullRows);
  const groups = Math.min(keyed, Math.max(1, distinctKeys));
  const size = keyed / groups;
  const part = size - Math.floor(size);
  const low = group(Math.floor(size), tuple, blockSize);
  const high = group(Math.ceil(size), tuple, blockSize);
  const nulls = group(Math.round(nullRows), TUPLE_HEADER_WITH_NULLS, blockSize);
  const items = groups * ((1 - part) * low.items + part * high.items) + nulls.items;
  const bytes = groups * ((1 - part) * low.bytes + part * high.bytes) + nulls.bytes;
  return { items, itemBytes: bytes / items };
}

/** Tuples and bytes of so many rows with one key. */
function group(
  count: number,
  tuple: number,
  blockSize: number,
): { readonly items: number; readonly bytes: number } {
  const limit = Math.floor((blockSize * POSTING_SHARE) / 100 / 8) * 8 - LINE_POINTER;
  const most = Math.floor((Math.floor(limit / 8) * 8 - tuple) / TID);
  if (most < 2) return { items: count, bytes: count * (tuple + LINE_POINTER) };
  const posting = (tids: number): number =>
    (tids > 1 ? maxAligned(tuple + tids * TID) : tuple) + LINE_POINTER;
  const full = Math.floor(count / most);
  const rest = count % most;
  return {
    items: full + (rest > 0 ? 1 : 0),
    bytes: full * posting(most) + (rest > 0 ? posting(rest) : 0),
  };
}
