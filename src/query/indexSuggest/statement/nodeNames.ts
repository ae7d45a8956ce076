import { as, listOf, namesOf, textOf } from './tree.js';

/** The name of the only function called, such as count; null for anything else. */
export function calledName(value: unknown): string | null {
  const call = as(value, 'FuncCall');
  return call === null ? null : (namesOf(listOf(call, 'funcname')).at(-1) ?? null);
}

/** The alias of a FROM item, and of its columns. */
export function aliasOf(node: Readonly<Record<string, unknown>>): { name: string | null; columns: string[] } {
  const alias = as({ Alias: node['alias'] }, 'Alias');
  if (alias === null) return { name: null, columns: [] };
  return { name: textOf(alias, 'aliasname'), columns: namesOf(listOf(alias, 'colnames')) };
}
