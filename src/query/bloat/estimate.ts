import { btreeNeeds } from './btreeNeeds.js';
import { heapNeeds, rowBytes, toastNeedsAtMost } from './heapNeeds.js';
import { liveRows } from './liveRows.js';
import { NAME, shapeInHeap, shapeInIndex, type ColumnFacts } from './parseColumns.js';
import type { BloatReason } from './reasons.js';
import { fillfactorOf, option, type IndexRow, type TableRow } from './relationRows.js';
import type { ColumnShape } from './tupleWidth.js';

/** What a relation would need if it were written anew. */
export interface Estimate {
  /** Null where it is not measurable; then a reason says why. */
  readonly needs: number | null;
  /** Live rows, chunks or entries that it is made of; null where they were never counted. */
  readonly rows: number | null;
  readonly reasons: readonly BloatReason[];
}

/** Columns of relations, by oid and attnum. */
export type Columns = ReadonlyMap<number, ReadonlyMap<number, ColumnFacts>>;

/** Relations of fewer pages are tiny. */
const TINY_PAGES = 8;
/** Wider rows leave so much of a page that their packing matters. */
const WIDE_SHARE = 1 / 8;

/** Percent, unless a storage option says otherwise. */
export const HEAP_FILLFACTOR = 100;
export const BTREE_FILLFACTOR = 90;

/** What a table, or a TOAST table, of this size needs. */
export function estimateTable(row: TableRow, columns: Columns, size: number, blockSize: number): Estimate {
  if (size === 0) return { needs: 0, rows: 0, reasons: [] };
  if (row.method !== 'heap') return { needs: null, rows: null, reasons: ['not_heap'] };
  const common: BloatReason[] = [
    ...(row.is_locked ? (['exclusively_locked'] as const) : []),
    ...(size < TINY_PAGES * blockSize ? (['tiny'] as const) : []),
  ];
  // Nobody analyzes a TOAST table, so that all of its changes count as made since.
  const counts = row.part === 'toast' ? { ...row, modified_rows: 0 } : row;
  const { rows, isStale } = liveRows(counts, Math.ceil(size / blockSize));
  const staleness: BloatReason[] = isStale ? ['stale_statistics'] : [];
  if (row.part === 'toast') {
    if (rows === null) return { needs: null, rows: null, reasons: ['never_vacuumed', ...common] };
    const needs = toastNeedsAtMost(rows, blockSize);
    return { needs, rows, reasons: [...staleness, 'toast_chunk_sizes', ...common] };
  }
  if (size <= blockSize) return { needs: size, rows, reasons: common };
  return estimateHeap(row, columns, { rows, blockSize }, [...staleness, ...common]);
}

function estimateHeap(
  row: TableRow,
  columns: Columns,
  { rows, blockSize }: { readonly rows: number | null; readonly blockSize: number },
  reasons: readonly BloatReason[],
): Estimate {
  const known = [...(columns.get(row.oid)?.values() ?? [])];
  const unknown = missing(known);
  if (unknown !== null && rows !== 0) return { needs: null, rows, reasons: [unknown, ...reasons] };
  if (rows === null) return { needs: null, rows, reasons: ['never_analyzed', ...reasons] };
  const shapes = known.map(shapeInHeap);
  if (!shapes.every(isKnown) && rows !== 0)
    return { needs: null, rows, reasons: ['no_statistics', ...reasons] };
  const shape = {
    rows,
    columns: shapes.filter(isKnown),
    attributes: row.attributes,
    fillfactor: fillfactorOf(row.options, HEAP_FILLFACTOR),
    blockSize,
  };
  const isWide = rowBytes(shape) > blockSize * WIDE_SHARE;
  const hasDropped = row.attributes > known.length;
  return {
    needs: heapNeeds(shape),
    rows,
    reasons: [
      ...reasons,
      ...(isWide ? (['wide_rows'] as const) : []),
      ...(hasDropped ? (['dropped_columns'] as const) : []),
    ],
  };
}

function isKnown(shape: ColumnShape | null): shape is ColumnShape {
  return shape !== null;
}

/** Why columns that should have statistics have none that this role sees; null when enough are known. */
function missing(
  columns: readonly ColumnFacts[],
): 'stats_invisible' | 'never_analyzed' | 'no_statistics' | null {
  if (columns.length === 0) return 'no_statistics';
  if (columns.some(({ isVisible }) => !isVisible)) return 'stats_invisible';
  const isAnalyzed = columns.some(({ statistics }) => statistics !== null);
  return isAnalyzed ? null : 'never_analyzed';
}

/** What an index of this size needs. */
export function estimateIndex(row: IndexRow, columns: Columns, size: number, blockSize: number): Estimate {
  const common: BloatReason[] = [
    ...(row.is_locked ? (['exclusively_locked'] as const) : []),
    ...(size < TINY_PAGES * blockSize ? (['tiny'] as const) : []),
  ];
  if (!row.is_valid) return { needs: null, rows: null, reasons: ['invalid_index', ...common] };
  if (row.method !== 'btree') return { needs: null, rows: null, reasons: ['not_btree', ...common] };
  if (size <= 2 * blockSize) return { needs: size, rows: null, reasons: common };
  const { rows, isStale } = entries(row, Math.ceil(size / blockSize));
  if (rows === null) return { needs: null, rows, reasons: ['never_analyzed', ...common] };
  const reasons: BloatReason[] = isStale ? ['stale_statistics', ...common] : common;
  const indexed = indexedColumns(row, columns);
  if (rows === 0) return { needs: blockSize, rows, reasons };
  const unknown = missing((indexed ?? []).map(({ facts }) => facts));
  if (unknown !== null || indexed === null)
    return { needs: null, rows, reasons: [unknown ?? 'no_statistics', ...reasons] };
  return estimateBtree(row, indexed, { rows, blockSize }, reasons);
}

/** Entries of an index: as many as the table has rows, but of a partial one. */
function entries(row: IndexRow, pages: number): ReturnType<typeof liveRows> {
  const counts = { ...row, reltuples: row.table_rows };
  const { rows, isStale } = liveRows(counts, pages);
  if (rows === null || !row.is_partial) return { rows, isStale };
  if (row.reltuples < 0) return { rows: null, isStale };
  return { rows: row.table_rows > 0 ? (row.reltuples * rows) / row.table_rows : row.reltuples, isStale };
}

interface IndexedColumn {
  readonly facts: ColumnFacts;
  readonly isExpression: boolean;
}

/** The index's columns in order; null where nothing was asked about its table. */
function indexedColumns({ oid, relid, key }: IndexRow, columns: Columns): readonly IndexedColumn[] | null {
  const found = key.split(' ').map((attnum, position) => {
    const isExpression = attnum === '0';
    const facts = isExpression
      ? columns.get(oid)?.get(position + 1)
      : columns.get(relid)?.get(Number(attnum));
    return facts === undefined ? null : { facts, isExpression };
  });
  return found.every((column) => column !== null) ? found : null;
}

function estimateBtree(
  row: IndexRow,
  indexed: readonly IndexedColumn[],
  { rows, blockSize }: { readonly rows: number; readonly blockSize: number },
  reasons: readonly BloatReason[],
): Estimate {
  const shapes = indexed.map(({ facts }) => shapeInIndex(facts));
  if (!shapes.every(isKnown)) {
    const isExpression = indexed.some((column, at) => column.isExpression && shapes[at] === null);
    const reason = isExpression ? 'expression_without_statistics' : 'no_statistics';
    return { needs: null, rows, reasons: [reason, ...reasons] };
  }
  const keys = indexed.slice(0, row.key_columns).map(({ facts }) => facts);
  const distinct = mayDeduplicate(row) ? distinctKeys(keys, row, rows) : null;
  const nullShare = keys.length === 1 ? (keys[0]?.statistics?.nullShare ?? 0) : 0;
  const needs = btreeNeeds({
    rows,
    keys: shapes.slice(0, row.key_columns),
    included: shapes.slice(row.key_columns),
    distinctKeys: distinct,
    nullRows: nullShare * rows,
    fillfactor: fillfactorOf(row.options, BTREE_FILLFACTOR),
    blockSize,
  });
  return { needs, rows, reasons: [...reasons, ...doubts(row, indexed, distinct, rows)] };
}

function mayDeduplicate(row: IndexRow): boolean {
  const off = option(row.options, 'deduplicate_items');
  return row.may_deduplicate && !['off', 'false', 'no', '0'].includes(off ?? 'on');
}

/** So many equal keys that posting lists matter. */
const SHARED = 0.8;
/** An index without TOAST of its own stores values up to a third of a page; shorter ones are never in TOAST. */
const TOAST_POINTER = 18;

function doubts(
  row: IndexRow,
  indexed: readonly IndexedColumn[],
  distinct: number | null,
  rows: number,
): BloatReason[] {
  const facts = indexed.map((column) => column.facts);
  const mayBeInToast = ({ length, isPlain, statistics }: ColumnFacts): boolean =>
    length === -1 && !isPlain && (statistics?.width ?? 0) >= TOAST_POINTER;
  return [
    ...(distinct !== null && distinct < SHARED * rows ? (['deduplicated'] as const) : []),
    ...(facts.some(({ typeOid }) => typeOid === NAME) ? (['name_columns'] as const) : []),
    ...(row.is_partial ? (['partial_index'] as const) : []),
    ...(row.has_toast && facts.some(mayBeInToast) ? (['toast_widths'] as const) : []),
  ];
}

/**
 * Different keys that so many rows have: of one column by n_distinct; of several as if they were independent, so many
 * of the combinations as that many draws hit.
 */
function distinctKeys(keys: readonly ColumnFacts[], row: IndexRow, rows: number): number | null {
  const counts = keys.map(({ statistics }) => {
    if (statistics === null) return null;
    const all = row.is_partial ? Math.max(rows, row.table_rows) : rows;
    return Math.max(1, statistics.distinct < 0 ? -statistics.distinct * all : statistics.distinct);
  });
  if (!counts.every((count) => count !== null)) return null;
  const combinations = counts.reduce((product, count) => product * count, 1);
  if (counts.length === 1) return Math.min(rows, combinations);
  return Math.min(rows, combinations * -Math.expm1(-rows / combinations));
}
