/** A column as the catalog and pg_stats know it. */
export interface Column {
  readonly name: string;
  readonly number: number;
  /** As format_type() writes it, and the type behind a domain. */
  readonly type: string;
  readonly base: string;
  /** pg_type.typcategory of the type behind a domain: A array, B boolean, D date and time, N number, S string … */
  readonly category: string;
  readonly btree: boolean;
  /** Whether text of it is compared byte by byte, so that an ordinary index serves LIKE 'x%'. */
  readonly bytewise: boolean;
  readonly not_null: boolean;
  readonly width: number;
  /** null: no statistics, or not visible. */
  readonly n_distinct: number | null;
  readonly null_frac: number | null;
  readonly correlation: number | null;
  readonly common: readonly string[] | null;
  readonly common_freqs: readonly number[] | null;
  readonly bounds: readonly string[] | null;
}

/** One key of an index. */
export interface IndexKey {
  /** Name of the column; null for an expression. */
  readonly column: string | null;
  /** The expression as PostgreSQL writes it; null for a column. */
  readonly expression: string | null;
  readonly opclass: string;
  readonly default_opclass: boolean;
  readonly descending: boolean;
  readonly nulls_first: boolean;
}

export interface Index {
  readonly name: string;
  readonly method: string;
  readonly unique: boolean;
  /** Serves a constraint, is the replica identity, or a part of a partitioned index: never redundant. */
  readonly needed: boolean;
  readonly valid: boolean;
  readonly keys: readonly IndexKey[];
  readonly include: readonly string[];
  readonly predicate: string | null;
  readonly pages: number;
}

export interface Relation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** As in pg_class. */
  readonly kind: string;
  readonly persistence: string;
  /** As of the last ANALYZE, or as the cumulative statistics count them where it has outgrown that; null when never counted. */
  readonly rows: number | null;
  readonly pages: number;
  readonly locked: boolean;
  /** Whether a session would find it under its bare name. */
  readonly visible: boolean;
  readonly system: boolean;
  readonly parent: number | null;
  /** Oids of the partitions, or of what inherits from a table, by schema and name; each may have its own again. */
  readonly partitions: readonly number[];
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  /** What a view stands for. */
  readonly definition: string | null;
  readonly seq_scan: number;
  readonly seq_tup_read: number;
  readonly idx_scan: number;
  readonly inserted: number;
  readonly updated: number;
  readonly hot_updated: number;
  readonly deleted: number;
}

export interface ForeignKey {
  readonly name: string;
  /** Oids of the referencing and the referenced table. */
  readonly from: number;
  readonly to: number;
  readonly columns: readonly string[];
  readonly to_columns: readonly string[];
  readonly to_deleted: number;
  readonly to_updated: number;
  readonly on_delete: string;
}

/** Functions by name and number of arguments that may stand in an index. */
export interface Immutable {
  readonly name: string;
  readonly arguments: number;
  readonly argument_types: readonly string[];
  readonly schema: string;
}

export interface Catalog {
  readonly relations: ReadonlyMap<number, Relation>;
  readonly foreignKeys: readonly ForeignKey[];
  readonly functions: readonly Immutable[];
  /** Schemas in the order in which the user's sessions search them. */
  readonly searchPath: readonly string[];
  /** Extensions of this database: name → schema, quoted. */
  readonly extensions: Readonly<Record<string, string>>;
  readonly major: number;
  readonly blockBytes: number;
}

/** The relation that a name means, as a session with the user's search_path finds it; null when there is none. */
export function relationNamed(catalog: Catalog, schema: string | null, name: string): Relation | null {
  const named = [...catalog.relations.values()].filter((relation) => relation.name === name);
  if (schema !== null) {
    return named.find((relation) => relation.schema === schema) ?? null;
  }
  for (const searched of catalog.searchPath) {
    const found = named.find((relation) => relation.schema === searched);
    if (found !== undefined) return found;
  }
  return null;
}

/** The leaves of a partition tree that hold rows; of a table without partitions the table itself. */
export function leavesOf(catalog: Catalog, relation: Relation): Relation[] {
  if (relation.kind !== 'p') return [relation];
  return relation.partitions.flatMap((oid) => {
    const child = catalog.relations.get(oid);
    return child === undefined ? [] : leavesOf(catalog, child);
  });
}

/** Rows of a relation, of all partitions together; 0 when never counted. */
export function rowsOf(catalog: Catalog, relation: Relation): number {
  if (relation.kind !== 'p') return relation.rows ?? 0;
  return leavesOf(catalog, relation).reduce((sum, leaf) => sum + (leaf.rows ?? 0), 0);
}

/** Pages of a relation, of all partitions together. */
export function pagesOf(catalog: Catalog, relation: Relation): number {
  return leavesOf(catalog, relation).reduce((sum, leaf) => sum + leaf.pages, 0);
}

/** Distinct values of a column; null when there are no statistics. Source: the manual's page on pg_stats. */
export function distinctOf(column: Column, rows: number): number | null {
  if (column.n_distinct === null) return null;
  return Math.max(1, column.n_distinct >= 0 ? column.n_distinct : -column.n_distinct * rows);
}
