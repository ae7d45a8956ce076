import type { Column, Relation } from '../catalog/catalog.js';
import type { Predicate, SortKey, StatementUses, TableUse, Term } from './usage.js';

/** A table use while its statement is being read. */
export interface OpenUse {
  readonly id: number;
  readonly relation: Relation;
  readonly alias: string;
  readonly predicates: Predicate[];
  sort: readonly SortKey[];
  limited: boolean;
  group: readonly Term[];
  residual: number;
  readonly filters: string[];
  needed: Set<string> | null;
}

/** A column of a table use. */
export interface Resolved {
  readonly use: OpenUse;
  readonly column: Column;
}

/** What stands in FROM under a name. */
export interface Item {
  readonly alias: string;
  readonly schema: string | null;
  /** A table; null for a subquery, CTE, function or VALUES. */
  readonly use: OpenUse | null;
  /** Name → the column behind it; null for what is computed. Of a table: all its columns. */
  readonly outputs: ReadonlyMap<string, Resolved | null>;
  /** Whether conditions from outside reach the tables inside. */
  readonly open: boolean;
}

/** A query level: what its FROM holds, inside what is around it. */
export interface Scope {
  readonly items: Item[];
  readonly outer: Scope | null;
  readonly ctes: Map<string, Item>;
}

/** The reading of one statement. */
export interface Reading {
  readonly uses: OpenUse[];
  readonly missing: Set<string>;
  readonly relations: Set<Relation>;
  readonly writes: StatementUses['writes'][number][];
}

/** A level inside another. */
export function innerScope(outer: Scope | null): Scope {
  return { items: [], outer, ctes: new Map() };
}

/** A use of a table, with an item that stands for it. */
export function useTable(reading: Reading, relation: Relation, alias: string, schema: string | null): Item {
  const use: OpenUse = {
    id: reading.uses.length,
    relation,
    alias,
    predicates: [],
    sort: [],
    limited: false,
    group: [],
    residual: 0,
    filters: [],
    needed: new Set(),
  };
  reading.uses.push(use);
  const outputs = new Map(
    relation.columns.map((column): [string, Resolved] => [column.name, { use, column }]),
  );
  return { alias, schema, use, outputs, open: true };
}

/** The CTE of that name that a level sees. */
export function cteNamed(scope: Scope | null, name: string): Item | null {
  for (let level = scope; level !== null; level = level.outer) {
    const found = level.ctes.get(name);
    if (found !== undefined) return found;
  }
  return null;
}

/**
 * The column behind a reference such as `id`, `a.id` or `shop.orders.id`; null for what is computed or unknown.
 * Whether it is of this level or of one around it is told by `outer`.
 */
export function resolve(
  scope: Scope,
  names: readonly string[],
): (Resolved & { readonly outer: boolean }) | null {
  const name = names.at(-1);
  const table = names.at(-2);
  const schema = names.at(-3);
  if (name === undefined) return null;
  for (let level: Scope | null = scope; level !== null; level = level.outer) {
    const items = level.items.filter(
      (item) =>
        (table === undefined || item.alias === table) &&
        (schema === undefined || item.schema === schema) &&
        item.outputs.has(name),
    );
    const [item] = items;
    if (item === undefined) continue;
    const resolved = item.outputs.get(name) ?? null;
    return resolved === null ? null : { ...resolved, outer: level !== scope };
  }
  return null;
}

/** The item that a whole-row reference or `x.*` means. */
export function itemNamed(scope: Scope, alias: string): Item | null {
  for (let level: Scope | null = scope; level !== null; level = level.outer) {
    const found = level.items.find((item) => item.alias === alias);
    if (found !== undefined) return found;
  }
  return null;
}

/** The uses when the whole statement has been read. */
export function closeUses(uses: readonly OpenUse[]): TableUse[] {
  return uses.map((use) => ({ ...use, needed: use.needed === null ? null : [...use.needed].sort() }));
}
