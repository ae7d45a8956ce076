import { type Item, type Scope, itemNamed, resolve } from './scope.js';
import { as, isTree, listOf, namesOf } from './tree.js';
import type { StatementReader } from './statementReader.js';

/** Marks the columns that expressions read, and reads subqueries that were not read before. */
export function markColumns(
  reader: StatementReader,
  values: readonly unknown[],
  scope: Scope,
  read: ReadonlySet<unknown> = new Set(),
): void {
  const pending: unknown[] = [...values];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) {
      for (const item of next as unknown[]) pending.push(item);
      continue;
    }
    if (!isTree(next)) continue;
    const reference = as(next, 'ColumnRef');
    if (reference !== null) markReference(listOf(reference, 'fields'), scope);
    const link = as(next, 'SubLink');
    if (link !== null) {
      if (!read.has(link['subselect'])) reader.statement(link['subselect'], scope);
      pending.push(link['testexpr']);
      continue;
    }
    if (as(next, 'SelectStmt') !== null) continue;
    pending.push(...Object.values(next));
  }
}

function markReference(fields: readonly unknown[], scope: Scope): void {
  const names = namesOf(fields);
  if (fields.some((field) => as(field, 'A_Star') !== null)) {
    const items = names.length === 0 ? scope.items : [itemNamed(scope, names.at(-1) ?? '')];
    for (const item of items) markAll(item ?? null);
    return;
  }
  const found = resolve(scope, names);
  if (found !== null) found.use.needed?.add(found.column.name);
  // A table's own name stands for its whole row.
  else if (names.length === 1) markAll(itemNamed(scope, names[0] ?? ''));
}

function markAll(item: Item | null): void {
  if (item?.use != null) item.use.needed = null;
  else for (const found of item?.outputs.values() ?? []) found?.use.needed?.add(found.column.name);
}
