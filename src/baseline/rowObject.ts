import { quoteIdentifier } from '../core/identifier.js';
import type { Row } from '../inspect/section.js';
import type { Metric } from './metric.js';

/** What a row of a metric is about, as answers tell it. */
export interface RowObject {
  readonly object_type: string;
  readonly object: string;
  readonly database: string | null;
  readonly text: string | null;
}

const TEXT_LENGTH = 200;

/**
 * The object of a row: names of several parts as SQL writes them, those of one part (settings, slots, roles, databases,
 * queries) bare, `server` where it is about the whole server.
 */
export function objectOf({ object: { type, columns } }: Metric, row: Row): RowObject {
  const names = columns.map((column) => shown(row[column]));
  const [only = 'server'] = names;
  const query = row['query'];
  return {
    object_type: type,
    object: names.length > 1 ? names.map(quoteIdentifier).join('.') : only,
    database: columns.includes('datname') ? null : (nameIn(row, 'database') ?? nameIn(row, 'datname')),
    text: typeof query === 'string' ? query.slice(0, TEXT_LENGTH) : null,
  };
}

/**
 * Whether somebody who writes `name` may mean that row: its name as SQL writes it, or without quotes, or the last part
 * alone.
 */
export function isCalled(name: string, metric: Metric, row: Row): boolean {
  const parts = metric.object.columns.map((column) => shown(row[column]));
  const [last] = parts.slice(-1);
  return [objectOf(metric, row).object, parts.join('.'), last].includes(name);
}

function nameIn(row: Row, column: string): string | null {
  const value = row[column];
  return typeof value === 'string' ? value : null;
}

function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
    ? String(value)
    : '';
}
