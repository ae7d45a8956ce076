import { type Candidate, candidate, keyOf } from './candidate.js';
import { type Catalog, type ForeignKey, pagesOf, rowsOf } from '../catalog/catalog.js';
import type { Judged } from '../judge/judge.js';
import type { Prices } from '../judge/prices.js';
import { quoteIdentifier } from '../../../core/identifier.js';

/** A foreign key whose referencing side has no index, and what speaks for one. */
export interface BareForeignKey {
  readonly key: ForeignKey;
  readonly candidate: Candidate;
  readonly joinedBy: number;
}

/** Foreign keys of large tables on whose referencing side no index begins with their columns, in any order. */
export function bareForeignKeys(
  catalog: Catalog,
  judged: readonly Judged[],
  minRows: number,
): BareForeignKey[] {
  return catalog.foreignKeys.flatMap((key) => {
    const relation = catalog.relations.get(key.from);
    if (
      relation === undefined ||
      relation.locked ||
      relation.persistence === 't' ||
      rowsOf(catalog, relation) < minRows
    )
      return [];
    const served = relation.indexes.some(
      (index) =>
        index.valid &&
        index.predicate === null &&
        ['btree', 'hash'].includes(index.method) &&
        beginsWith(
          index.keys.map(({ column }) => column),
          key.columns,
        ),
    );
    if (served) return [];
    const columns = key.columns.map((name) => relation.columns.find((column) => column.name === name));
    const keys = columns.flatMap((column) =>
      column === undefined
        ? []
        : [
            keyOf({
              sql: quoteIdentifier(column.name),
              column,
              columns: [column.name],
              category: column.category,
            }),
          ],
    );
    const one = candidate({ relation, method: 'btree', keys, include: [], where: null });
    // A workload that is given may delete what nobody has deleted yet.
    const deleted = Math.max(key.to_deleted, deletedBy(judged, key));
    const joinedBy = judged.filter((statement) => joins(statement, key)).length;
    return [{ key: { ...key, to_deleted: deleted }, candidate: one, joinedBy }];
  });
}

/** Rows of the referenced table that statements delete. */
function deletedBy(judged: readonly Judged[], { to }: ForeignKey): number {
  return judged.reduce((sum, { entry, uses }) => {
    const deletes = uses.writes.some(({ relation, kind }) => relation.oid === to && kind === 'delete');
    return deletes ? sum + (entry.rows ?? entry.calls) : sum;
  }, 0);
}

/** Whether the first keys are these columns, in whatever order. */
function beginsWith(keys: readonly (string | null)[], columns: readonly string[]): boolean {
  return (
    columns.length <= keys.length &&
    keys.slice(0, columns.length).every((column) => column !== null && columns.includes(column))
  );
}

function joins({ uses }: Judged, { from, to, columns }: ForeignKey): boolean {
  return uses.uses.some(
    ({ relation, predicates }) =>
      relation.oid === from &&
      predicates.some(
        ({ partner, term }) =>
          partner?.relation?.oid === to && term.column !== null && columns.includes(term.column.name),
      ),
  );
}

/** Whether an index serves the lookups of a foreign key. @param key the index that would be made for it alone */
export function servesKey(one: Candidate, key: Candidate): boolean {
  return (
    one.relation.oid === key.relation.oid &&
    one.method === 'btree' &&
    one.where === null &&
    beginsWith(
      one.keys.map(({ term }) => term.column?.name ?? null),
      key.keys.map(({ term }) => term.column?.name ?? ''),
    )
  );
}

/** What the deletes from the referenced table cost without an index: each reads the referencing table from end to end. */
export function deletesCost(
  { key, candidate: { relation } }: BareForeignKey,
  catalog: Catalog,
  prices: Prices,
): number {
  return (
    key.to_deleted *
    (pagesOf(catalog, relation) * prices.seqPage +
      rowsOf(catalog, relation) * (prices.tuple + prices.operator))
  );
}
