import type { ColumnShape } from './tupleWidth.js';

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
}

const ALIGNMENTS: Readonly<Record<string, number>> = { c: 1, s: 2, i: 4, d: 8 };
const BPCHAR = 1042;
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
  };
}

/** The column as it lies in a row; null where its width is not known. */
export function shapeInHeap(column: ColumnFacts): ColumnShape | null {
  const { length, alignment, isPlain, statistics } = column;
  if (length < 0 && statistics === null) return null;
  return {
    length,
    alignment,
    isPlain,
    isUniform: isUniform(column),
    width: length > 0 ? length : (statistics?.width ?? 0),
    nullShare: statistics?.nullShare ?? 0,
  };
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
    nullShare: column.statistics?.nullShare ?? 0,
  };
}

function isUniform({ length, typeOid, statistics }: ColumnFacts): boolean {
  return length > 0 || typeOid === BPCHAR || statistics?.distinct === 1;
}
