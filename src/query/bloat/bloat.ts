import type { Server } from '../../cluster/server.js';
import { named } from '../../inspect/exclusivelyLocked.js';
import type { Limitation } from '../limitation.js';
import { limited } from '../truncated.js';
import type { BloatData, BloatIndex, BloatTable } from './bloatData.js';
import { BTREE_FILLFACTOR, HEAP_FILLFACTOR } from './estimate.js';
import { measureShown, type Measured } from './measureShown.js';
import { reliabilityOf } from './reasons.js';
import { fillfactorOf, type IndexRow, type TableRow } from './relationRows.js';
import { indexRemedies, tableRemedies } from './remedy.js';
import { withExactSizes, type Shown } from './shown.js';
import { statsInvisible } from './statsInvisible.js';
import { byBloat, survey, type Survey, type Surveyed, type SurveyWish } from './survey.js';

export interface BloatWish extends SurveyWish {
  /** Bytes; smaller relations are not shown. */
  readonly minSize: number;
  /** Bytes that may be read with pgstattuple; null: estimate only. */
  readonly byteBudget: number | null;
}

/**
 * Bloat of tables, TOAST tables and indexes: estimated for all from the catalogs, then with exact sizes for those that
 * are shown, and measured with pgstattuple where that is asked for.
 * @throws PgdbaError as survey()
 */
export async function bloat(server: Pick<Server, 'snapshot' | 'facts'>, wish: BloatWish): Promise<BloatData> {
  const found = await survey(server, wish);
  const isShown = ({ size }: { readonly size: number }): boolean => size >= wish.minSize;
  const tables = found.tables.filter(isShown).sort(byBloat);
  const indexes = found.indexes.filter(isShown).sort(byBloat);
  const unseen = (small: number): number => (wish.minSize > found.blockSize ? 0 : small);
  const shown = await withExactSizes(
    server,
    found,
    limited(tables, wish.limit).rows,
    limited(indexes, wish.limit).rows,
  );
  const measured = await measureShown(server, shown, found.blockSize, wish.byteBudget);
  const { role } = server.facts;
  return {
    tables: shown.tables.map((one) => tableOf(one, measured.of(one.row.oid), role)),
    indexes: shown.indexes.map((one) => indexOf(one, measured.of(one.row.oid), role)),
    totals: {
      tables: totalsOf(found.tables, found.totals.tables),
      indexes: totalsOf(found.indexes, found.totals.indexes),
    },
    exact: measured.summary,
    truncated: {
      tables: counted(shown.tables.length, tables.length, unseen(found.totals.tables - found.tables.length)),
      indexes: counted(
        shown.indexes.length,
        indexes.length,
        unseen(found.totals.indexes - found.indexes.length),
      ),
    },
    limitations: [...found.limitations, ...limitationsOf(found, shown), ...measured.limitations],
  };
}

/** @param unseen relations of a page or two that were not even listed */
function counted(shown: number, listed: number, unseen: number): BloatData['truncated']['tables'] {
  const total = listed + unseen;
  return total > shown ? { shown, total } : null;
}

function common(
  { size, sizeSource, bloat: estimated, needs, reasons }: Surveyed<TableRow | IndexRow>,
  measured: Measured | null,
): Pick<
  BloatTable,
  | 'size_bytes'
  | 'size_source'
  | 'bloat_bytes'
  | 'bloat_ratio'
  | 'reliability'
  | 'reasons'
  | 'method'
  | 'measured'
> {
  const bytes = measured?.bloat ?? estimated;
  const told = measured?.reasons(reasons) ?? reasons;
  return {
    size_bytes: size,
    size_source: sizeSource,
    bloat_bytes: bytes,
    bloat_ratio: bytes === null ? null : size === 0 ? 0 : Math.round((bytes / size) * 10_000) / 10_000,
    reliability: reliabilityOf(told),
    reasons: [...told],
    method: measured?.measured != null ? 'measured' : needs === null ? null : 'estimated',
    measured: measured?.measured ?? null,
  };
}

function tableOf(one: Surveyed<TableRow>, measured: Measured | null, role: string): BloatTable {
  const { row } = one;
  const told = common(one, measured);
  return {
    schema: row.schema,
    name: row.name,
    part: row.part,
    kind: row.kind,
    ...told,
    fillfactor: row.part === 'toast' ? HEAP_FILLFACTOR : fillfactorOf(row.options, HEAP_FILLFACTOR),
    rows: one.rows === null ? null : Math.round(one.rows),
    dead_rows: row.dead_rows,
    remedy: tableRemedies(row, { bloat: told.bloat_bytes, size: one.size, reasons: told.reasons, role }),
  };
}

function indexOf(one: Surveyed<IndexRow>, measured: Measured | null, role: string): BloatIndex {
  const { row } = one;
  const told = common(one, measured);
  return {
    schema: row.schema,
    table: row.table,
    name: row.name,
    access_method: row.method,
    ...told,
    fillfactor: row.method === 'btree' ? fillfactorOf(row.options, BTREE_FILLFACTOR) : null,
    remedy: indexRemedies(row, { bloat: told.bloat_bytes, size: one.size, reasons: told.reasons, role }),
  };
}

function totalsOf(
  rows: readonly Surveyed<TableRow | IndexRow>[],
  total: number,
): BloatData['totals']['tables'] {
  const sum = (some: typeof rows, value: (one: (typeof rows)[number]) => number): number =>
    some.reduce((all, one) => all + value(one), 0);
  const unknown = rows.filter((one) => one.bloat === null);
  return {
    total,
    not_measurable: unknown.length,
    size_bytes: sum(rows, ({ size }) => size),
    not_measurable_bytes: sum(unknown, ({ size }) => size),
    bloat_bytes: sum(rows, (one) => one.bloat ?? 0),
  };
}

/** What of the answer is missing for want of privileges, or because of locks. */
function limitationsOf(found: Survey, shown: Shown): Limitation[] {
  const all = [...found.tables, ...found.indexes];
  const locked = all.filter(({ row, sizeSource }) => row.is_locked && sizeSource === 'relpages');
  const names = (some: typeof all): string => named(some.map(({ row }) => [row.schema, row.name]));
  return [
    ...statsInvisible(all),
    ...(locked.length === 0
      ? []
      : [
          {
            subject: 'pg_relation_size',
            status: 'partial' as const,
            reason: 'exclusively_locked' as const,
            message: `sizes of the last VACUUM or ANALYZE, since somebody holds or awaits an AccessExclusiveLock: ${names(locked)}`,
          },
        ]),
    ...(shown.error === null
      ? []
      : [
          {
            subject: 'pg_relation_size',
            status: 'partial' as const,
            reason: shown.error.code === 'lock_timeout' ? ('lock_timeout' as const) : ('error' as const),
            message: `${shown.error.message}: some sizes are those of the last VACUUM or ANALYZE`,
          },
        ]),
  ];
}
