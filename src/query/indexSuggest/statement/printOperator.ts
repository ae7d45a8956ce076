import { type Tree, listOf, namesOf } from './tree.js';
import { type Printed, joined } from './printed.js';

const OPERATORS: Readonly<Record<string, string>> = {
  '->>': 'S',
  '#>>': 'S',
  '->': 'U',
  '#>': 'U',
  '+': '',
  '-': '',
  '*': '',
  '/': '',
  '%': '',
  '||': 'S',
};

/** The types whose casts to each other are immutable: they depend on no setting. */
const STABLE_CASTS = new Set(['D', 'T']);

/** A call of an operator whose result no setting changes. */
export function printOperator(node: Tree, sides: readonly (Printed | null)[]): Printed | null {
  const [operator = ''] = namesOf(listOf(node, 'name'));
  if (node['kind'] !== 'AEXPR_OP' || OPERATORS[operator] === undefined || node['lexpr'] === undefined)
    return null;
  // Sums of times depend on the time zone; what text || anything makes is stable, but for texts.
  if (sides.some((side) => side !== null && STABLE_CASTS.has(side.category))) return null;
  if (
    operator === '||' &&
    sides.some((side) => side !== null && side.category !== 'S' && side.category !== 'X')
  )
    return null;
  const written = joined(sides, (parts) => `(${parts.join(` ${operator} `)})`);
  const category = OPERATORS[operator] ?? '';
  const type = category === 'S' ? 'text' : category === 'U' ? 'jsonb' : (written?.type ?? '');
  return written === null
    ? null
    : { ...written, category: category === '' ? written.category : category, type };
}
