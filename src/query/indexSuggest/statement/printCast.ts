import { type Tree, as, listOf, namesOf } from './tree.js';
import type { Printed } from './printed.js';

const CAST_TARGETS: Readonly<Record<string, readonly [type: string, category: string]>> = {
  text: ['text', 'S'],
  varchar: ['character varying', 'S'],
  int2: ['smallint', 'N'],
  int4: ['integer', 'N'],
  int8: ['bigint', 'N'],
  numeric: ['numeric', 'N'],
  float8: ['double precision', 'N'],
  date: ['date', 'D'],
  uuid: ['uuid', 'U'],
  jsonb: ['jsonb', 'U'],
  bool: ['boolean', 'B'],
};

/** Casts that no setting changes: between numbers and texts, a timestamp (without zone) to its date. */
export function printCast(node: Tree, inner: Printed | null): Printed | null {
  const type = as({ TypeName: node['typeName'] }, 'TypeName') ?? {};
  const target = CAST_TARGETS[namesOf(listOf(type, 'names')).at(-1) ?? ''];
  if (
    inner === null ||
    target === undefined ||
    listOf(type, 'typmods').length > 0 ||
    listOf(type, 'arrayBounds').length > 0
  )
    return null;
  const [name, category] = target;
  const immutable =
    inner.category === 'X' ||
    name === inner.type ||
    (name === 'date'
      ? inner.type === 'timestamp without time zone'
      : ['S', 'N', 'B'].includes(inner.category) || inner.type === 'uuid' || inner.type === 'jsonb');
  if (!immutable || (name === 'date' && inner.category === 'S')) return null;
  return { ...inner, sql: `(${inner.sql})::${name}`, category, type: name };
}
