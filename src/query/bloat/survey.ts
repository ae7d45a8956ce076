import type { Server } from '../../cluster/server.js';
import type { Row, Section } from '../../inspect/section.js';
import { ask, essential, type Answers } from '../ask.js';
import type { Limitation } from '../limitation.js';
import { columnsQuestion } from './columnsQuestion.js';
import { estimateIndex, estimateTable, type Columns, type Estimate } from './estimate.js';
import { indexesQuestion } from './indexesQuestion.js';
import { parseColumns } from './parseColumns.js';
import { type BloatReason } from './reasons.js';
import type { IndexRow, TableRow } from './relationRows.js';
import { tablesQuestion } from './tablesQuestion.js';

/** A relation with what is known of its bloat. */
export interface Surveyed<R> {
  readonly row: R;
  /** Bytes. */
  readonly size: number;
  readonly sizeSource: 'exact' | 'relpages';
  /** Bytes that it would have if it were written anew; null where not measurable. */
  readonly needs: number | null;
  /** Bytes that a rewrite would give back. */
  readonly bloat: number | null;
  /** Live rows, chunks or entries that the estimate is made of; null where they were never counted. */
  readonly rows: number | null;
  readonly reasons: readonly BloatReason[];
}

/** Which relations are looked at. */
export interface SurveyWish {
  readonly schema: string | null;
  readonly table: string | null;
  /** Small relations are left out beyond so many rows; 0 = never. */
  readonly limit: number;
  readonly budget: AbortSignal;
}

/** All relations that were looked at, in no order, and what estimates them again once their size is known. */
export interface Survey {
  readonly tables: readonly Surveyed<TableRow>[];
  readonly indexes: readonly Surveyed<IndexRow>[];
  /** How many there are, those of a page or two that were left out included. */
  readonly totals: { readonly tables: number; readonly indexes: number };
  readonly blockSize: number;
  readonly limitations: readonly Limitation[];
  readonly columns: Columns;
  sizedTable(row: TableRow, exact: number | undefined, columns?: Columns): Surveyed<TableRow>;
  sizedIndex(row: IndexRow, exact: number | undefined, columns?: Columns): Surveyed<IndexRow>;
}

const USUAL_BLOCK_SIZE = 8192;

/**
 * Estimates the bloat of tables, TOAST tables and indexes from the catalogs, in one round trip.
 * @throws PgdbaError as essential()
 */
export async function survey(server: Pick<Server, 'snapshot' | 'facts'>, wish: SurveyWish): Promise<Survey> {
  const columnsAsked = columnsQuestion(server.facts);
  const answers = await ask(server, [tablesQuestion, columnsAsked, indexesQuestion], {
    limit: wish.limit,
    redactLiterals: false,
    budget: wish.budget,
    given: { schema: wish.schema, table: wish.table },
  });
  const ofTables = rowsOf(answers, tablesQuestion);
  const ofIndexes = rowsOf(answers, indexesQuestion);
  const tables = { total: ofTables.total, rows: ofTables.rows as unknown as readonly TableRow[] };
  const indexes = { total: ofIndexes.total, rows: ofIndexes.rows as unknown as readonly IndexRow[] };
  const columns: Columns = new Map(
    answers
      .of(columnsAsked)
      .rows.map((row) => [Number(row['relid']), parseColumns(row['columns'] as string | null)]),
  );
  const blockSize = tables.rows[0]?.block_size ?? indexes.rows[0]?.block_size ?? USUAL_BLOCK_SIZE;
  const sizedTable: Survey['sizedTable'] = (row, exact, known = columns) =>
    sized(row, exact, blockSize, (size) => estimateTable(row, known, size, blockSize));
  const sizedIndex: Survey['sizedIndex'] = (row, exact, known = columns) =>
    sized(row, exact, blockSize, (size) => estimateIndex(row, known, size, blockSize));
  return {
    tables: tables.rows.map((row) => sizedTable(row, undefined)),
    indexes: indexes.rows.map((row) => sizedIndex(row, undefined)),
    totals: { tables: tables.total, indexes: indexes.total },
    blockSize,
    limitations: answers.limitations,
    columns,
    sizedTable,
    sizedIndex,
  };
}

function rowsOf(
  answers: Answers,
  question: Section,
): { readonly rows: readonly Row[]; readonly total: number } {
  const { rows, truncated } = essential(answers, question);
  return { rows, total: truncated?.total ?? rows.length };
}

function sized<R extends { readonly relpages: number; readonly size_bytes: number | null }>(
  row: R,
  exact: number | undefined,
  blockSize: number,
  estimate: (size: number) => Estimate,
): Surveyed<R> {
  const measured = exact ?? row.size_bytes;
  const size = measured ?? row.relpages * blockSize;
  const { needs, rows, reasons } = estimate(size);
  return {
    row,
    size,
    sizeSource: measured === null ? 'relpages' : 'exact',
    needs,
    bloat: needs === null ? null : Math.max(0, size - needs),
    rows,
    reasons,
  };
}

/** Most bloat first, then what is not measurable, largest first. */
export function byBloat<R extends { readonly oid: number }>(a: Surveyed<R>, b: Surveyed<R>): number {
  return (b.bloat ?? -1) - (a.bloat ?? -1) || b.size - a.size || a.row.oid - b.row.oid;
}
