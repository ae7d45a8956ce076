import { PgdbaError } from '../../../core/errors.js';
import { quoteIdentifier } from '../../../core/identifier.js';
import type { Server } from '../../../cluster/server.js';
import { type Catalog, type Relation, rowsOf } from '../catalog/catalog.js';
import type { Prices } from '../judge/prices.js';
import type { TableUse } from '../statement/usage.js';

export interface SampleAround {
  readonly server: Pick<Server, 'snapshot'>;
  readonly prices: Prices;
}

/** By this name a later run knows the samples that pg_stat_statements then holds. */
export const OWN_SAMPLE = 'pgdba_sample';

/** Rows of a table that are read for one check, at about. */
const SAMPLE_ROWS = 30_000;

/** The table's rows on pages picked at random, the same ones whenever it is asked: enough of them for the sample. */
function sampled(relation: Relation, catalog: Catalog): string {
  const percent = Math.min(100, (100 * SAMPLE_ROWS) / Math.max(1, rowsOf(catalog, relation)));
  return `${quoteIdentifier(relation.schema)}.${quoteIdentifier(relation.name)} TABLESAMPLE SYSTEM (${percent.toFixed(6)}) REPEATABLE (1) LIMIT ${String(2 * SAMPLE_ROWS)}`;
}

/** Pairs of rows of a sample that agree in some columns, and how many of them do in more. */
export interface Pairs {
  readonly rows: number;
  readonly before: number;
  readonly after: number;
}

/** How many pairs of rows of a sample agree in some columns, and in more of them; null when it could not be read. */
export async function readPairs(
  { server }: SampleAround,
  relation: Relation,
  catalog: Catalog,
  before: readonly string[],
  after: readonly string[],
): Promise<Pairs | null> {
  const pairs = (columns: readonly string[]): string =>
    `(SELECT COALESCE(pg_catalog.sum(g.n * (g.n - 1)), 0) FROM (SELECT pg_catalog.count(*) AS n FROM ${OWN_SAMPLE} GROUP BY ${columns.map(quoteIdentifier).join(', ')}) AS g)`;
  const sql = `WITH ${OWN_SAMPLE} AS MATERIALIZED (SELECT ${after.map(quoteIdentifier).join(', ')} FROM ${sampled(relation, catalog)})
SELECT (SELECT pg_catalog.count(*) FROM ${OWN_SAMPLE}), ${pairs(before)}, ${pairs(after)}`;
  const row = await readRow(server, sql);
  return row === null ? null : { rows: row[0] ?? 0, before: row[1] ?? 0, after: row[2] ?? 0 };
}

/**
 * How many pairs of rows of a sample agree in some columns, where the first row fulfils a condition, and where both do;
 * null when it could not be read.
 */
export async function readFitting(
  { server }: SampleAround,
  relation: Relation,
  catalog: Catalog,
  before: readonly string[],
  condition: string,
): Promise<Pairs | null> {
  const sql = `WITH ${OWN_SAMPLE} AS MATERIALIZED (SELECT pg_catalog.count(*) AS n, pg_catalog.count(*) FILTER (WHERE ${condition}) AS m
  FROM (SELECT * FROM ${sampled(relation, catalog)}) AS t GROUP BY ${before.map(quoteIdentifier).join(', ')})
SELECT COALESCE(pg_catalog.sum(n), 0), COALESCE(pg_catalog.sum(m * (n - 1)), 0), COALESCE(pg_catalog.sum(m * (m - 1)), 0) FROM ${OWN_SAMPLE}`;
  const row = await readRow(server, sql);
  return row === null ? null : { rows: row[0] ?? 0, before: row[1] ?? 0, after: row[2] ?? 0 };
}

/** A name that no column of a table has. */
const STRETCH = '"pgdba: read in order"';

interface Position {
  readonly rows: number;
  readonly matches: number;
  /** Part of the table that is read until as many rows are found as the statement wants. */
  readonly share: number;
  readonly tableRows: number;
  readonly correlation: number;
}

/**
 * Where in the order the rows of a statement come, by a sample; null when it could not be read.
 * @param conditions what leads to one stretch of the order, and what is filtered in it
 */
export async function readPosition(
  { server }: SampleAround,
  use: TableUse,
  catalog: Catalog,
  { within, sought }: { readonly within: readonly string[]; readonly sought: readonly string[] },
  wanted: number,
): Promise<Position | null> {
  const order = use.sort.map(
    ({ term, descending, nullsFirst }) =>
      `${term.sql}${descending ? ' DESC' : ''} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`,
  );
  const sql = `WITH ${OWN_SAMPLE} AS MATERIALIZED (
  SELECT ${STRETCH} AS read, ${STRETCH} AND (${sought.join(' AND ')}) AS fits,
         pg_catalog.row_number() OVER (PARTITION BY ${STRETCH} ORDER BY ${order.join(', ')}) AS place
    FROM (SELECT *, COALESCE(${['true', ...within].join(' AND ')}, false) AS ${STRETCH} FROM ${sampled(use.relation, catalog)}) AS t)
SELECT (SELECT pg_catalog.count(*) FROM ${OWN_SAMPLE}), (SELECT pg_catalog.count(*) FROM ${OWN_SAMPLE} WHERE read),
       (SELECT pg_catalog.count(*) FROM ${OWN_SAMPLE} WHERE fits),
       (SELECT pg_catalog.array_to_json((pg_catalog.array_agg(place ORDER BY place))[1:1000]) FROM ${OWN_SAMPLE} WHERE fits)`;
  const { result } = await server.snapshot.read({ sql, alone: true });
  if (result instanceof PgdbaError) return passOver(result);
  const [rows, stretch, matches, places] = result.rows[0] ?? [];
  const known = places == null ? [] : (JSON.parse(places) as number[]);
  const tableRows = rowsOf(catalog, use.relation);
  const inSample = Math.max(1, Math.round((wanted * Number(rows)) / Math.max(1, tableRows)));
  const place = known[inSample - 1] ?? Number(stretch);
  return {
    rows: Number(rows),
    matches: Number(matches),
    share: Number(rows) === 0 ? 1 : place / Number(rows),
    tableRows,
    correlation: use.sort[0]?.term.column?.correlation ?? 0,
  };
}

async function readRow(server: SampleAround['server'], sql: string): Promise<number[] | null> {
  const { result } = await server.snapshot.read({ sql, alone: true });
  if (result instanceof PgdbaError) return passOver(result);
  return (result.rows[0] ?? []).map(Number);
}

/** What cannot be sampled is not checked, and told so. @throws PgdbaError when the connection is gone */
function passOver(error: PgdbaError): null {
  if (error.sqlstate === undefined || error.code === 'connection_lost') throw error;
  return null;
}
