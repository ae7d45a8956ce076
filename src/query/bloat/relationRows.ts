/** A row of tablesQuestion. */
export interface TableRow {
  readonly owner: number;
  readonly oid: number;
  readonly part: 'heap' | 'toast';
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly method: string | null;
  readonly attributes: number;
  readonly options: string | null;
  readonly relpages: number;
  readonly reltuples: number;
  readonly live_rows: number;
  readonly dead_rows: number;
  readonly modified_rows: number;
  readonly updates: number;
  readonly hot_updates: number;
  readonly size_bytes: number | null;
  readonly is_locked: boolean;
  readonly block_size: number;
}

/** A row of indexesQuestion. */
export interface IndexRow {
  readonly oid: number;
  readonly relid: number;
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly method: string;
  readonly options: string | null;
  readonly key: string;
  readonly key_columns: number;
  readonly is_unique: boolean;
  readonly is_exclusion: boolean;
  readonly is_valid: boolean;
  readonly is_partial: boolean;
  readonly may_deduplicate: boolean;
  readonly relpages: number;
  readonly reltuples: number;
  readonly table_rows: number;
  readonly live_rows: number;
  readonly dead_rows: number;
  readonly modified_rows: number;
  readonly has_toast: boolean;
  readonly size_bytes: number | null;
  readonly is_locked: boolean;
  readonly block_size: number;
}

/** The value of one of the storage options, written as `fillfactor=70,autovacuum_enabled=off`; null when it is not set. */
export function option(options: string | null, name: string): string | null {
  const found = (options ?? '').split(',').find((part) => part.startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1);
}

export function fillfactorOf(options: string | null, usual: number): number {
  return Number(option(options, 'fillfactor') ?? usual);
}
