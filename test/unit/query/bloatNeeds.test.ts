import { describe, expect, test } from 'vitest';
import { btreeNeeds, type BtreeShape } from '../../../src/query/bloat/btreeNeeds.js';
import { heapNeeds, rowBytes, toastNeedsAtMost } from '../../../src/query/bloat/heapNeeds.js';
import { liveRows } from '../../../src/query/bloat/liveRows.js';
import { measuredHeap, measuredIndex } from '../../../src/query/bloat/measure.js';
import { parseColumns, shapeInHeap, shapeInIndex } from '../../../src/query/bloat/parseColumns.js';
import { parseWidths } from '../../../src/query/bloat/textWidths.js';
import { dataWidth, type ColumnShape } from '../../../src/query/bloat/tupleWidth.js';

const fixed = (length: number, nullShare = 0): ColumnShape => ({
  length,
  alignment: Math.min(8, length),
  isPlain: true,
  isUniform: true,
  width: length,
  widths: null,
  nullShare,
});
const text = (width: number): ColumnShape => ({
  length: -1,
  alignment: 4,
  isPlain: false,
  isUniform: true,
  width,
  widths: null,
  nullShare: 0,
});
const PAGE = 8192;

describe('rows', () => {
  test('values are aligned in the order of their columns', () => {
    expect(dataWidth([fixed(1), fixed(8), fixed(1), fixed(8)])).toBe(32);
    expect(dataWidth([fixed(8), fixed(8), fixed(1), fixed(1)])).toBe(24);
    // Short text needs no alignment, long text has a header of four bytes that does.
    expect(dataWidth([fixed(1), text(10)])).toBe(16);
    expect(dataWidth([fixed(1), text(200)])).toBe(208);
  });

  test('widths that are known are taken as they are, so that only some rows are padded', () => {
    const halves = {
      ...text(8),
      isUniform: false,
      widths: [
        [7, 0.5],
        [9, 0.5],
      ] as const,
    };
    expect(dataWidth([halves])).toBe(12);
    expect(dataWidth([{ ...text(8), isUniform: true }])).toBe(8);
  });

  test('a numeric has an odd width: an even average is one of two', () => {
    const [price] = parseColumns(`1:-1:i:m:1700:8:0:-1:t:`).values();
    expect(price && shapeInHeap(price)).toMatchObject({
      width: 8,
      widths: [
        [7, 0.5],
        [9, 0.5],
      ],
    });
    const [odd] = parseColumns(`1:-1:i:m:1700:7:0:-1:t:`).values();
    expect(odd && shapeInHeap(odd)).toMatchObject({ width: 7, isUniform: true });
  });

  test('widths are read with their shares, unless they do not go with the average', () => {
    expect(parseWidths('33:0.9', 33)).toEqual([[33, 1]]);
    expect(parseWidths('5:0.25 6:0.25', 5)).toEqual([
      [5, 0.5],
      [6, 0.5],
    ]);
    expect(parseWidths(null, 5)).toBeNull();
    expect(parseWidths('5:0', 5)).toBeNull();
    // Values that ANALYZE found too wide to keep.
    expect(parseWidths('10:0.2', 700)).toBeNull();
    const [note] = parseColumns(`1:-1:i:x:25:100:0:-1:t:`).values();
    const known = {
      ...note,
      widths: [
        [80, 0.5],
        [110, 0.5],
      ],
    } as NonNullable<typeof note>;
    // The average of the sample is less sure than that of all rows.
    expect(shapeInHeap(known)?.width).toBe(100);
  });

  test('a NULL takes no room but in the bitmap, which a dropped column makes for every row', () => {
    expect(rowBytes({ columns: [fixed(8)], attributes: 1 })).toBe(32);
    expect(rowBytes({ columns: [fixed(8)], attributes: 9 })).toBe(40);
    expect(rowBytes({ columns: [fixed(8), fixed(8, 1)], attributes: 2 })).toBe(32);
  });

  test('the order of the columns is that of attnum, however the server told them', () => {
    const [first, second] = [...parseColumns('2:8:d:p:20:8:0:-1:t: 1:1:c:p:16:1:0:2:t:').keys()];
    expect([first, second]).toEqual([1, 2]);
  });

  test('a name is fixed in a table and as long as it is in an index', () => {
    const name = parseColumns('1:64:c:p:19:64:0:-1:t:9.5').get(1);
    if (name === undefined) throw new Error('one column');
    expect(shapeInHeap(name)?.width).toBe(64);
    expect(shapeInIndex(name)?.width).toBe(10.5);
  });
});

describe('pages', () => {
  test('a table of one int8 holds 226 rows a page, fewer with fillfactor', () => {
    const shape = { columns: [fixed(8)], attributes: 1, blockSize: PAGE };
    expect(heapNeeds({ ...shape, rows: 226, fillfactor: 100 })).toBe(PAGE);
    expect(heapNeeds({ ...shape, rows: 227, fillfactor: 100 })).toBe(2 * PAGE);
    expect(heapNeeds({ ...shape, rows: 227, fillfactor: 50 })).toBe(3 * PAGE);
    expect(heapNeeds({ ...shape, rows: 0, fillfactor: 100 })).toBe(0);
  });

  test('four full chunks of TOAST fit a page', () => {
    expect(toastNeedsAtMost(400, PAGE)).toBe(100 * PAGE);
  });

  const index: BtreeShape = {
    rows: 366 * 10,
    keys: [fixed(4)],
    included: [],
    distinctKeys: null,
    nullRows: 0,
    fillfactor: 90,
    blockSize: PAGE,
  };
  test('366 entries of an int4 fill a leaf; above ten of them is a root, before them the metapage', () => {
    expect(btreeNeeds(index)).toBe(12 * PAGE);
    expect(btreeNeeds({ ...index, rows: 0 })).toBe(PAGE);
  });

  test('equal keys share posting lists: a third of the room', () => {
    const shared = btreeNeeds({ ...index, rows: 100_000, distinctKeys: 10 });
    const alone = btreeNeeds({ ...index, rows: 100_000 });
    expect(shared / alone).toBeGreaterThan(0.29);
    expect(shared / alone).toBeLessThan(0.36);
    expect(btreeNeeds({ ...index, rows: 100_000, distinctKeys: 100_000 })).toBe(alone);
  });

  test('entries without NULL have their own width, and NULLs share tuples', () => {
    const keyed = { ...index, rows: 10_000, distinctKeys: 10_000, keys: [text(33)] };
    const some = btreeNeeds({
      ...keyed,
      rows: 30_000,
      nullRows: 20_000,
      keys: [{ ...text(33), nullShare: 2 / 3 }],
    });
    // 20,000 addresses of six bytes are 17 pages.
    expect(some - btreeNeeds(keyed)).toBeGreaterThan(15 * PAGE);
    expect(some - btreeNeeds(keyed)).toBeLessThan(20 * PAGE);
  });
});

describe('counts', () => {
  const counts = { relpages: 100, reltuples: 10_000, live_rows: 10_000, dead_rows: 0, modified_rows: 0 };
  test('what was never counted has no number', () => {
    expect(liveRows({ ...counts, reltuples: -1 }, 100).rows).toBeNull();
    expect(liveRows({ ...counts, relpages: 0, reltuples: 0 }, 5).rows).toBeNull();
    expect(liveRows({ ...counts, relpages: 0, reltuples: 0, live_rows: 0 }, 0).rows).toBe(0);
  });
  test('the cumulative statistics are believed where they know of more; without any, rows grow with pages', () => {
    expect(liveRows({ ...counts, live_rows: 2000 }, 100)).toEqual({ rows: 2000, isStale: true });
    expect(liveRows(counts, 100)).toEqual({ rows: 10_000, isStale: false });
    expect(liveRows({ ...counts, live_rows: 0 }, 200)).toEqual({ rows: 20_000, isStale: true });
  });
});

describe('what pgstattuple counted', () => {
  test('room that fillfactor reserves is no bloat', () => {
    const half = { size: 100 * PAGE, rows: 11_300, live: 11_300 * 32, dead: 0, free: 100 * 4000 };
    expect(measuredHeap(half, 'heap', 50, PAGE).needs).toBe(100 * PAGE);
    expect(measuredHeap(half, 'heap', 100, PAGE).needs).toBe(50 * PAGE);
    expect(measuredIndex({ inner: 1, leaf: 100, empty: 0, density: 50 }, 50, PAGE).needs).toBe(102 * PAGE);
    expect(measuredIndex({ inner: 1, leaf: 100, empty: 0, density: 45 }, 90, PAGE).needs).toBeLessThan(
      54 * PAGE,
    );
  });
});
