import type { Server } from '../../cluster/server.js';
import type { PgdbaError } from '../../core/errors.js';
import { exactSizes } from './exactSizes.js';
import type { IndexRow, TableRow } from './relationRows.js';
import { withTextWidths } from './textWidths.js';
import { byBloat, type Survey, type Surveyed } from './survey.js';

/** The relations that are shown. */
export interface Shown {
  readonly tables: readonly Surveyed<TableRow>[];
  readonly indexes: readonly Surveyed<IndexRow>[];
  /** Why some have no exact size. */
  readonly error: PgdbaError | null;
}

/** The same relations with their sizes of now and the widths of their texts, in the order that these make. */
export async function withExactSizes(
  { snapshot }: Pick<Server, 'snapshot'>,
  found: Survey,
  tables: readonly Surveyed<TableRow>[],
  indexes: readonly Surveyed<IndexRow>[],
): Promise<Shown> {
  const unknown = [...tables, ...indexes].filter(
    ({ sizeSource, row }) => sizeSource === 'relpages' && !row.is_locked,
  );
  const [{ sizes, error }, columns] = await Promise.all([
    exactSizes(
      snapshot,
      unknown.map(({ row }) => row.oid),
    ),
    withTextWidths(snapshot, found.columns, describedBy(tables, indexes)),
  ]);
  return {
    tables: tables.map(({ row }) => found.sizedTable(row, sizes.get(row.oid), columns)).sort(byBloat),
    indexes: indexes.map(({ row }) => found.sizedIndex(row, sizes.get(row.oid), columns)).sort(byBloat),
    error,
  };
}

/** The relations whose columns tell what these need, each once: tables, and indexes with expressions. */
function describedBy(
  tables: readonly Surveyed<TableRow>[],
  indexes: readonly Surveyed<IndexRow>[],
): { readonly oid: number; readonly relname: string }[] {
  const names = new Map<number, string>();
  for (const { row } of tables) if (row.part === 'heap') names.set(row.oid, row.name);
  for (const { row } of indexes) {
    names.set(row.relid, row.table);
    if (row.key.split(' ').includes('0')) names.set(row.oid, row.name);
  }
  return [...names].map(([oid, relname]) => ({ oid, relname }));
}
