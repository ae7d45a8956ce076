import { quoteIdentifier } from '../core/identifier.js';

/** A relation as SQL writes it: qualified, and quoted where needed. */
export function qualified(schema: string | null, name: string | null): string {
  return `${quoteIdentifier(schema ?? '')}.${quoteIdentifier(name ?? '')}`;
}

/** A constraint: schema, table (or domain) and its own name, each quoted where needed. */
export function constraintName(row: {
  readonly schema: string | null;
  readonly table: string | null;
  readonly domain: string | null;
  readonly name: string | null;
}): string {
  return `${qualified(row.schema, row.table ?? row.domain)}.${quoteIdentifier(row.name ?? '')}`;
}
