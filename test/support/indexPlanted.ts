import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SuggestData } from '../../src/query/indexSuggest/suggestData.js';
import type { ServerHandle } from './serverHandle.js';
import { statisticsTold } from './statisticsTold.js';

/** The indexes that indexPlanted.sql lacks for indexWorkload.sql: what HypoPG finds on PostgreSQL 15. */
const EXPECTED: readonly string[] = [
  'app.orders btree (customer_id)',
  'app.orders btree (placed_at) WHERE',
  'app.orders btree (placed_at)',
  'app.orders btree (shipped_at)',
  'app.events btree (kind, at)',
  'app.customers btree (lower(email))',
  'app.customers btree (email)',
  'app.items btree (product_id)',
  'app.items btree (order_id)',
  'app.stock btree (supplier_id)',
  'app.readings btree (sensor)',
  'Odd Schema.Mixed "Case".Table btree (Customer Name)',
  'app.documents gin (body)',
  'app.documents gin (tags)',
  'app.tasks btree (parent)',
];

/** A suggestion as EXPECTED writes it. */
function told({ schema, table, method, columns, where }: SuggestData['suggestions'][number]): string {
  return `${schema}.${table} ${method} (${columns.join(', ')})${where === null ? '' : ' WHERE'}`;
}

/** How many of what was suggested was expected, and how much of what was expected was suggested. */
export function scored({ suggestions }: SuggestData): {
  precision: number;
  recall: number;
  extra: string[];
  missed: string[];
} {
  const found = suggestions.map(told);
  const extra = found.filter((one) => !EXPECTED.includes(one));
  const missed = EXPECTED.filter((one) => !found.includes(one));
  return {
    precision: found.length === 0 ? 0 : 1 - extra.length / found.length,
    recall: 1 - missed.length / EXPECTED.length,
    extra,
    missed,
  };
}

/** A file beside this one. */
export function indexFile(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, name), 'utf8');
}

/** Fills a database with the tables that lack indexes; its sessions find them by their bare names. */
export async function plantIndexFaults(server: ServerHandle, dbname: string): Promise<void> {
  const client = await server.client({ dbname });
  try {
    // VACUUM refuses to run in the transaction that several statements make.
    for (const statement of (await indexFile('indexPlanted.sql')).split(/;\s*\n/))
      await client.query(statement);
    await client.query(`ALTER DATABASE "${dbname}" SET search_path = app, public`);
  } finally {
    await client.end();
  }
  await statisticsTold(server, dbname);
}
