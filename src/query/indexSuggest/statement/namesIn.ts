import type { Names } from '../catalog/readCatalog.js';
import { as, isTree, listOf, namesOf, textOf, type Tree } from './tree.js';

/** Names of relations and functions that stand anywhere in a tree; names of CTEs are among them, and do no harm. */
export function namesIn(tree: Tree): Names {
  const relations = new Map<string, readonly [string | null, string]>();
  const functions = new Set<string>();
  const pending: unknown[] = [tree];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) pending.push(item);
      continue;
    }
    if (!isTree(value)) continue;
    const name = textOf(value, 'relname');
    if (name !== null) {
      const schema = textOf(value, 'schemaname');
      relations.set(JSON.stringify([schema, name]), [schema, name]);
    }
    const call = as(value, 'FuncCall');
    const called = call === null ? undefined : namesOf(listOf(call, 'funcname')).at(-1);
    if (called !== undefined) functions.add(called);
    pending.push(...Object.values(value));
  }
  return { relations: [...relations.values()], functions: [...functions] };
}
