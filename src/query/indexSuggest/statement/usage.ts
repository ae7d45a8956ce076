import type { Column, Relation } from '../catalog/catalog.js';

/** What an index may have as a key: a column, or an expression over columns of one table. */
export interface Term {
  /** As SQL writes it in CREATE INDEX; what tells terms of a table apart. */
  readonly sql: string;
  /** null for an expression. */
  readonly column: Column | null;
  /** Names of the columns that it takes. */
  readonly columns: readonly string[];
  /** pg_type.typcategory of its value, as far as it is known. */
  readonly category: string;
}

export type Shape =
  | 'equal'
  | 'in'
  | 'range'
  | 'prefix'
  | 'infix'
  | 'pattern'
  | 'null'
  | 'not_null'
  | 'contains'
  | 'text_search';

/** A condition on one term that an index may serve. */
export interface Predicate {
  readonly shape: Shape;
  readonly term: Term;
  readonly operator: string;
  /** Constants that it is compared with, as text; null where there is a parameter or another column. */
  readonly values: readonly string[] | null;
  /** How many values an IN holds; 1 for anything else. */
  readonly count: number;
  /** The table of the other side of a join; null for a condition on this table alone. */
  readonly partner: { readonly use: number; readonly relation: Relation; readonly term: Term } | null;
  /** Whether it stands under an OR: it holds for one arm only. */
  readonly inOr: boolean;
  /** As SQL writes it over the table's own columns; null when that cannot be done. */
  readonly sql: string | null;
}

export interface SortKey {
  readonly term: Term;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** One place where a statement names a table. */
export interface TableUse {
  readonly id: number;
  readonly relation: Relation;
  readonly alias: string;
  readonly predicates: readonly Predicate[];
  /** Keys of ORDER BY that are all of this table; empty when there are none. */
  readonly sort: readonly SortKey[];
  /** Whether reading may stop early: LIMIT, min() and max(). */
  readonly limited: boolean;
  readonly group: readonly Term[];
  /** Conditions on this table that no index can serve: what was found is still filtered. */
  readonly residual: number;
  /** Those of them that compare two columns of the table, as SQL: a sample can tell how many rows fulfil them. */
  readonly filters: readonly string[];
  /** Names of the columns that the statement reads; null: all of them. */
  readonly needed: readonly string[] | null;
}

/** What a statement does to tables. */
export interface StatementUses {
  readonly uses: readonly TableUse[];
  /** Table that is written to → columns that UPDATE sets; INSERT and DELETE set none. */
  readonly writes: readonly {
    readonly relation: Relation;
    readonly kind: 'insert' | 'update' | 'delete';
    readonly columns: readonly string[];
  }[];
  /** Names that no relation of this database has, as they are written. */
  readonly missing: readonly string[];
  /** Relations that it names, views too. */
  readonly relations: readonly Relation[];
  /** Whether each row that comes out is a row that was found: no aggregate, GROUP BY, DISTINCT or LIMIT stands between. */
  readonly plain: boolean;
}
