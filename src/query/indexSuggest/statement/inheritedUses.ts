import type { Catalog, Relation } from '../catalog/catalog.js';
import type { TableUse, Term } from './usage.js';

/**
 * A use of each table that inherits from the one that is read: its rows are read too, by indexes of its own. A table of
 * that name that is read as `ONLY` has none, nor has a partitioned one, whose index is its partitions'.
 */
export function inheritedUses(use: TableUse, catalog: Catalog): TableUse[] {
  if (use.relation.kind !== 'r') return [];
  return use.relation.partitions.flatMap((oid) => {
    const child = catalog.relations.get(oid);
    if (child === undefined) return [];
    const own = useOf(use, child, catalog.major);
    return [own, ...inheritedUses(own, catalog)];
  });
}

function useOf(use: TableUse, relation: Relation, major: number): TableUse {
  const own = (term: Term): Term => ({
    ...term,
    column:
      term.column === null ? null : (relation.columns.find(({ name }) => name === term.column?.name) ?? null),
  });
  return {
    ...use,
    relation,
    // Before 13 the plan names what inherits from a table without alias by its own name.
    alias: major < 13 && use.alias === use.relation.name ? relation.name : use.alias,
    predicates: use.predicates.map((predicate) => ({ ...predicate, term: own(predicate.term) })),
    sort: use.sort.map((key) => ({ ...key, term: own(key.term) })),
    group: use.group.map(own),
  };
}
