import { quoteIdentifier } from '../../core/identifier.js';
import type { Remedy } from './bloatData.js';
import type { IndexRow } from './relationRows.js';

/** A relation as SQL writes it. */
export function qualified(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** How to build an index anew: servers refuse to do it concurrently for exclusion constraints and for their own catalogs. */
export function reindex(row: Pick<IndexRow, 'schema' | 'name' | 'is_exclusion'>): Remedy & { sql: string } {
  const name = qualified(row.schema, row.name);
  if (row.is_exclusion || row.schema === 'pg_catalog') {
    const why = `locks out who writes to the table and whose plan may use the index, until it is done: CONCURRENTLY is refused for ${
      row.is_exclusion ? 'exclusion constraints' : 'system catalogs'
    }`;
    return { action: 'reindex', sql: `REINDEX INDEX ${name};`, why };
  }
  return {
    action: 'reindex_concurrently',
    sql: `REINDEX INDEX CONCURRENTLY ${name};`,
    why: 'builds it anew while it is in use; it waits for transactions that are open, and needs disk for a copy',
  };
}
