import { expect, it } from 'vitest';
import { shownFindings } from '../../../src/check/findings.js';
import { ruleOptions } from '../../../src/check/options.js';
import { CHECK_RULES } from '../../../src/check/registry.js';
import { asked } from './checkedRows.js';

const session = (pid: number, more: Readonly<Record<string, unknown>> = {}) => ({
  pid,
  state: 'idle in transaction',
  state_age_ms: 400_000,
  usename: 'web',
  datname: 'shop',
  application_name: 'cart',
  ...more,
});

const SESSIONS = [
  session(4711),
  session(4712, { state_age_ms: 4_000_000 }),
  session(4713, { usename: 'batch', application_name: '' }),
];

function ids(known: readonly string[] = [], file: string | null = null): [string, string, boolean][] {
  const options = ruleOptions(CHECK_RULES, { only: null, exclude: [], leastSeverity: 'info', file });
  const { findings } = asked('idle_in_transaction', { rows: { pg_stat_activity: SESSIONS } });
  return shownFindings(findings, options, new Set(known)).map(({ id, object, known: isKnown }) => [
    id,
    object.name,
    isKnown,
  ]);
}

it('a session is known by who it is, and not by its pid; those alike are counted, the worst first', () => {
  const alike = 'idle_in_transaction:session:web@shop/cart';
  expect(ids([alike])).toEqual([
    [alike, '4712', true],
    ['idle_in_transaction:session:batch@shop', '4713', false],
    [`${alike}#2`, '4711', false],
  ]);
});

it('an exception names it in the same way', () => {
  const file = 'schema: pgdba.check/1\nrules:\n  idle_in_transaction:\n    ignore: ["web@shop/*"]\n';
  expect(ids([], file)).toEqual([['idle_in_transaction:session:batch@shop', '4713', false]]);
});
