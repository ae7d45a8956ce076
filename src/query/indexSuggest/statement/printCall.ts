import { quoteIdentifier } from '../../../core/identifier.js';
import type { Catalog } from '../catalog/catalog.js';
import { type Tree, listOf, namesOf } from './tree.js';
import { type Printed, joined } from './printed.js';

/** What functions give that are known to be of another kind than their argument. */
const CATEGORIES: Readonly<Record<string, string>> = {
  lower: 'S',
  upper: 'S',
  btrim: 'S',
  ltrim: 'S',
  rtrim: 'S',
  md5: 'S',
  substring: 'S',
  substr: 'S',
  left: 'S',
  right: 'S',
  length: 'N',
  abs: 'N',
  floor: 'N',
  ceil: 'N',
  round: 'N',
  date_part: 'N',
  extract: 'N',
  date_trunc: 'D',
  date: 'D',
};

/** Only plain calls of functions whose every overload with these arguments is immutable. */
export function printCall(node: Tree, args: readonly (Printed | null)[], catalog: Catalog): Printed | null {
  const names = namesOf(listOf(node, 'funcname'));
  const name = names.at(-1) ?? '';
  const plain = [
    'agg_star',
    'agg_distinct',
    'agg_order',
    'agg_filter',
    'over',
    'func_variadic',
    'agg_within_group',
  ].every((field) => node[field] === undefined);
  const types = args.map((arg) => arg?.type ?? '');
  const immutable = catalog.functions.find(
    (known) =>
      known.name === name &&
      known.arguments === args.length &&
      known.argument_types.every((type, at) => accepts(type, types[at] ?? '')),
  );
  if (!plain || immutable === undefined) return null;
  const schema = names.length > 1 && names[0] !== 'pg_catalog' ? `${quoteIdentifier(names[0] ?? '')}.` : '';
  // What a bare text means is written down: the configuration of a text search is no text.
  const typed = (part: string, at: number): string =>
    types[at] === 'unknown' && immutable.argument_types[at] === 'regconfig' ? `${part}::regconfig` : part;
  const written = joined(
    args,
    (parts) => `${schema}${quoteIdentifier(name)}(${parts.map(typed).join(', ')})`,
  );
  return written === null
    ? null
    : {
        ...written,
        category: CATEGORIES[name] ?? written.category,
        type: name === 'date_trunc' ? written.type : 'text',
      };
}

const TEXTS = new Set(['text', 'character varying', 'character', 'name', 'unknown']);

const NUMBERS = new Set(['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision']);

/** Whether a parameter of a function takes an argument of that type, without a cast that is not immutable. */
function accepts(parameter: string, argument: string): boolean {
  if (parameter === argument || parameter.startsWith('any')) return true;
  if (argument === 'unknown') return parameter === 'text' || parameter === 'regconfig';
  return (TEXTS.has(parameter) && TEXTS.has(argument)) || (NUMBERS.has(parameter) && NUMBERS.has(argument));
}
