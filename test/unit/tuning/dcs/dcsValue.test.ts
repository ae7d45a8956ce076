import { describe, expect, it } from 'vitest';
import type { Setting } from '../../../../src/core/setting/spec.js';
import { dcsValueOf, textOfDcs } from '../../../../src/tuning/dcs/dcsValue.js';
import { restartOnly, setting, textual } from '../configurations.js';

const real = setting({ name: 'random_page_cost', vartype: 'real', unit: null, min_val: '0', max_val: '1e9' });
const delay = setting({
  name: 'autovacuum_vacuum_cost_delay',
  vartype: 'real',
  unit: 'ms',
  min_val: '-1',
  max_val: '100',
});
const minLog = setting({ name: 'log_min_duration_statement', unit: 'ms', min_val: '-1' });
const bool = setting({ name: 'jit', vartype: 'bool', unit: null, min_val: null, max_val: null });
const word = setting({
  ...{ name: 'synchronous_commit', vartype: 'enum', unit: null, min_val: null, max_val: null },
  enumvals: ['local', 'remote_write', 'remote_apply', 'on', 'off'],
});
const pages = setting({ name: 'shared_buffers', unit: '8kB', min_val: '16' });

describe('a value on its way into the DCS', () => {
  const cases: readonly (readonly [string, Setting | null, string, string | number])[] = [
    ['an integer without a unit is a number', restartOnly(), '80', 80],
    ['also in other digits', restartOnly(), ' 0x50 ', 80],
    ['a real without a unit is a number', real, '1.1', 1.1],
    ['also with an exponent', real, '11e-1', 1.1],
    ['an amount keeps its whole number and unit', setting(), '64MB', '64MB'],
    ['a fraction becomes a whole number of a smaller unit', setting(), '1.5GB', '1536MB'],
    ['a bare amount gets its unit', setting(), '8192', '8MB'],
    ['spaces go', setting(), ' 64 MB ', '64MB'],
    ['pages become what SHOW prints', pages, '16384', '128MB'],
    ['a number that means something else has no unit', minLog, '-1', -1],
    ['zero has no unit', minLog, '0', 0],
    ['a real amount is told in the unit that leaves no fraction', delay, '1.5', '1500us'],
    ['yes is on', bool, 'yes', 'on'],
    ['0 is off', bool, '0', 'off'],
    ['a word is folded', word, 'LOCAL', 'local'],
    ['a word for on is on', word, 'true', 'on'],
    ['a text stays', textual(), '"$user", app', '"$user", app'],
    ['a text that looks like a number stays a text', textual(), '42', '42'],
    ['what the server does not show stays', null, '42', '42'],
    ['what PostgreSQL would not take stays', setting(), 'banana', 'banana'],
  ];
  it.each(cases)('%s', (_what, spec, text, value) => {
    expect(dcsValueOf(spec, text)).toBe(value);
  });

  it('is text again for PostgreSQL, where it is a plain value', () => {
    expect([true, false, 1.5, 'x', null, undefined, {}, []].map(textOfDcs)).toEqual([
      ...['on', 'off', '1.5', 'x'],
      ...[null, null, null, null],
    ]);
  });
});
