import { RANGES } from './rangeOperators.js';
import { as, listOf, namesOf } from './tree.js';

const SERVED = new Set(['=', '@@', '@>', '<@', '&&', '?', '?|', '?&', '~~', '~~*', ...Object.keys(RANGES)]);

/** Why no index serves a condition as it is written, and what would; null where nobody would expect one to. */
export function whyUnserved(value: unknown): string | null {
  const node = as(value, 'A_Expr') ?? {};
  const [operator = ''] = namesOf(listOf(node, 'name'));
  if (node['kind'] === 'AEXPR_NOT_DISTINCT')
    return 'IS NOT DISTINCT FROM uses no index; = does, where NULL is not looked for';
  if (node['kind'] === 'AEXPR_OP_ANY')
    return operator === '='
      ? 'value = ANY (array column) uses no index; column @> ARRAY[value] uses GIN'
      : null;
  return SERVED.has(operator)
    ? 'no index can hold what is compared: it has a parameter in it, depends on a setting such as TimeZone, or is not understood; the bare column compared with a range may do'
    : null;
}
