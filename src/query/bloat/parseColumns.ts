import type { ColumnShape, Widths } from './tupleWidth.js';

/** A column as the question about columns tells it. */
export interface ColumnFacts {
  readonly attnum: number;
  readonly length: number;
  readonly alignment: number;
  readonly isPlain: boolean;
  readonly typeOid: number;
  /** Null where there are no statistics, or none for this role. */
  readonly statistics: {
    readonly width: number;
    readonly nullShare: number;
    /** As pg_stats.n_distinct: negative = share of the rows. */
    readonly distinct: number;
  } | null;
  /** Whether this role would see the statistics if there were any. */
  readonly isVisible: boolean;
  /** Average bytes of a text of type name, where the statistics tell. */
  readonly nameLength: number | null;
  /** Widths of its values with their shares, where they were asked for and the statistics tell. */
  readonly widths: Widths | null;
}

const ALIGNMENTS: Readonly<Record<string, number>> = { c: 1, s: 2, i: 4, d: 8 };
const BPCHAR = 1042;
const NUMERIC = 1700;
export const NAME = 19;

/** The columns of a relation by attnum and in its order, on which alignment depends, from the server's text in any order. */
export function parseColumns(text: string | null): Map<number, ColumnFacts> {
  const columns = (text ?? '').split(' ').filter((part) => part !== '');
  const inOrder = columns.map(parseColumn).sort((a, b) => a.attnum - b.attnum);
  return new Map(inOrder.map((column) => [column.attnum, column]));
}

function parseColumn(text: string): ColumnFacts {
  const [attnum, length, align, storage, type, width, nulls, distinct, visible, nameLength] = text.split(':');
  const hasStatistics = width !== '' && nulls !== '';
  return {
    attnum: Number(attnum),
    length: Number(length),
    alignment: ALIGNMENTS[align ?? ''] ?? 8,
    isPlain: storage === 'p',
    typeOid: Number(type),
    statistics: hasStatistics
      ? { width: Number(width), nullShare: Number(nulls), distinct: Number(distinct) }
      : null,
    isVisible: hasStatistics || visible === 't',
    nameLength: nameLength === '' || nameLength === undefined ? null : Number(nameLength),
    widths: null,
  };
}

/** The column as it lies in a row; null where its width is not known. */
export function shapeInHeap(column: ColumnFacts): ColumnShape | null {
  const { length, alignment, isPlain, statistics } = column;
  if (length < 0 && statistics === null) return null;
  const average = length > 0 ? length : (statistics?.width ?? 0);
  const widths = column.widths ?? (column.typeOid === NUMERIC ? numericWidths(average) : null);
  return {
    length,
    alignment,
    isPlain,
    isUniform: widths === null ? isUniform(column) : widths.length === 1,
    width: meanWidth(average, widths),
    widths,
    nullShare: statistics?.nullShare ?? 0,
  };
}

/** Of the values kept, as far as it goes with the average of all that ANALYZE saw, which it cuts to a whole number. */
function meanWidth(average: number, widths: Widths | null): number {
  const mean = widths?.reduce((sum, [width, share]) => sum + width * share, 0) ?? average;
  return Math.min(Math.max(mean, average), average + 1);
}

/**
 * Widths of numerics with this average: they are odd, a header of one byte, two of sign, weight and scale, and two for
 * each four decimal digits. Source: NUMERIC_HDRSZ_SHORT, NumericDigit.
 */
function numericWidths(average: number): Widths {
  const lower = average - ((average + 1) % 2);
  return lower === average
    ? [[average, 1]]
    : [
        [lower, 0.5],
        [lower + 2, 0.5],
      ];
}

/** As {@link shapeInHeap}, in an index: a name is stored as a C string there, its end included. */
export function shapeInIndex(column: ColumnFacts): ColumnShape | null {
  if (column.typeOid !== NAME) return shapeInHeap(column);
  if (column.nameLength === null) return null;
  return {
    length: -2,
    alignment: 1,
    isPlain: false,
    isUniform: false,
    width: column.nameLength + 1,
    widths: null,
    nullShare: column.statistics?.nullShare ?? 0,
  };
}

function isUniform({ length, typeOid, statistics }: ColumnFacts): boolean {
  return length > 0 || typeOid === BPCHAR || statistics?.distinct === 1;
}
