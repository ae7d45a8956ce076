import { type Scope, computedAt, resolve } from './scope.js';
import { as, isTree, listOf, namesOf } from './tree.js';
import { calledName } from './nodeNames.js';

/** Functions of PostgreSQL’s own with another value for every row: no index finds it. */
const VOLATILE = new Set([
  'random',
  'random_normal',
  'gen_random_uuid',
  'uuidv7',
  'clock_timestamp',
  'timeofday',
  'nextval',
  'currval',
  'setval',
  'pg_sleep',
]);

/** Whether a value holds nothing of the level’s tables: constants, parameters, and calls and casts of those. */
export function isFixed(value: unknown, scope: Scope): boolean {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) for (const item of next as unknown[]) pending.push(item);
    else if (isTree(next)) {
      const reference = as(next, 'ColumnRef');
      if (as(next, 'SubLink') !== null) return true;
      if (VOLATILE.has(calledName(next) ?? '')) return false;
      if (reference !== null) {
        const names = namesOf(listOf(reference, 'fields'));
        if (resolve(scope, names)?.outer !== true && computedAt(scope, names) !== 'outside') return false;
      }
      pending.push(...Object.values(next));
    }
  }
  return true;
}
