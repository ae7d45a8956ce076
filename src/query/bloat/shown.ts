import type { Server } from '../../cluster/server.js';
import type { PgdbaError } from '../../core/errors.js';
import { exactSizes } from './exactSizes.js';
import type { IndexRow, TableRow } from './relationRows.js';
import { byBloat, type Survey, type Surveyed } from './survey.js';

/** The relations that are shown. */
export interface Shown {
  readonly tables: readonly Surveyed<TableRow>[];
  readonly indexes: readonly Surveyed<IndexRow>[];
  /** Why some have no exact size. */
  readonly error: PgdbaError | null;
}

/** The same relations with their sizes of now, in the order that these make. */
export async function withExactSizes(
  { snapshot }: Pick<Server, 'snapshot'>,
  found: Survey,
  tables: readonly Surveyed<TableRow>[],
  indexes: readonly Surveyed<IndexRow>[],
): Promise<Shown> {
  const unknown = [...tables, ...indexes].filter(
    ({ sizeSource, row }) => sizeSource === 'relpages' && !row.is_locked,
  );
  const { sizes, error } = await exactSizes(
    snapshot,
    unknown.map(({ row }) => row.oid),
  );
  const again = <R extends { readonly oid: number }>(
    rows: readonly Surveyed<R>[],
    sized: (row: R, size: number) => Surveyed<R>,
  ): Surveyed<R>[] =>
    rows
      .map((one) => {
        const size = sizes.get(one.row.oid);
        return size === undefined ? one : sized(one.row, size);
      })
      .sort(byBloat);
  return {
    tables: again(tables, (row, size) => found.sizedTable(row, size)),
    indexes: again(indexes, (row, size) => found.sizedIndex(row, size)),
    error,
  };
}
