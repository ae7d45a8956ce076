import { quoteIdentifier } from '../core/identifier.js';

/** A relation as SQL writes it: qualified, and quoted where needed. */
export function qualified(schema: string | null, name: string | null): string {
  return `${quoteIdentifier(schema ?? '')}.${quoteIdentifier(name ?? '')}`;
}
