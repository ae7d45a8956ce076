import { quoteIdentifier } from '../../core/identifier.js';
import type { Row } from '../../inspect/section.js';
import type { Metric } from '../metric.js';
import { keysOf } from '../source.js';

/** What a row of a metric is about, as answers tell it. */
export interface RowObject {
  readonly object_type: string;
  /** `server` for the server itself. */
  readonly object: string;
  readonly database: string | null;
}

/** @param connected the database that the baseline was taken from */
export function rowObject(
  { object: { type, columns, sql, database } }: Metric,
  row: Row,
  connected: string,
): RowObject {
  const names = columns.flatMap((column) => wordOf(row[column]) ?? []);
  const name = sql === true ? names.map(quoteIdentifier).join('.') : names.join(' ');
  return {
    object_type: type,
    object: columns.length === 0 ? 'server' : name,
    database:
      typeof database === 'object' ? wordOf(row[database.column]) : database === undefined ? null : connected,
  };
}

/** What tells a row apart that may have another key by now: its names; of a query, whose name says little, its key. */
export function identityOf({ object, source }: Metric, row: Row): string {
  const { columns, database, type } = object;
  if (type === 'query') return keyOf(source, row);
  const names = typeof database === 'object' ? [database.column, ...columns] : columns;
  const part = source.kind === 'analysis' ? source.keys : [];
  return JSON.stringify([...new Set([...names, ...part])].map((name) => row[name]));
}

/** The key of a row within its source. */
export function keyOf(source: Metric['source'], row: Row): string {
  return JSON.stringify(keysOf(source).map((name) => row[name]));
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
    ? String(value)
    : null;
}
