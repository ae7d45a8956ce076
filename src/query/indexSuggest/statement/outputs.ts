import { type Item, type Scope, resolve } from './scope.js';
import { calledName } from './nodeNames.js';
import { type Tree, as, listOf, namesOf } from './tree.js';

/** What a SELECT gives to a FROM around it: name → the column behind it. */
export function outputsOf(
  node: Tree,
  targets: readonly unknown[],
  scope: Scope,
): Map<string, ReturnType<typeof resolve>> {
  const closed = ['groupClause', 'distinctClause', 'limitCount', 'limitOffset', 'windowClause'].some(
    (field) => node[field] !== undefined,
  );
  const outputs = new Map<string, ReturnType<typeof resolve>>();
  targets.forEach((target, at) => {
    const { val, name } = (as(target, 'ResTarget') ?? {}) as { val?: unknown; name?: unknown };
    const fields = listOf(as(val, 'ColumnRef') ?? {}, 'fields');
    if (fields.some((field) => as(field, 'A_Star') !== null)) {
      const names = namesOf(fields);
      const items =
        names.length === 0 ? scope.items : scope.items.filter(({ alias }) => alias === names.at(-1));
      for (const item of items)
        for (const [column, found] of item.outputs)
          outputs.set(column, closed || found === null ? null : { ...found, outer: false });
      return;
    }
    const column =
      typeof name === 'string' ? name : (namesOf(fields).at(-1) ?? calledName(val) ?? `?${String(at)}`);
    outputs.set(column, closed || fields.length === 0 ? null : resolve(scope, namesOf(fields)));
  });
  return outputs;
}

/** Outputs under the names that an alias gives them. */
export function renamed(outputs: Item['outputs'], names: readonly string[]): Item['outputs'] {
  if (names.length === 0) return outputs;
  // Of VALUES, and of what was not understood, nothing but the names is known.
  const more = names.slice(outputs.size).map((name): [string, null] => [name, null]);
  return new Map([...[...outputs].map(([name, found], at) => [names[at] ?? name, found] as const), ...more]);
}
