import { expect, it } from 'vitest';
import { giveSettings, withoutSettings } from '../../../src/db/libpq/backendOptions.js';

it.each([
  ['', ''],
  ['-c work_mem=1GB', ''],
  ['-cwork_mem=1GB --geqo=off', ''],
  ['-c search_path=a\\ b,c -c role=dba', '-c role=dba'],
  ['--role=dba -S 4096 -e', '--role=dba'],
  ['endpoint=ep-cool-sun -c geqo=off', 'endpoint=ep-cool-sun'],
  ['  -c   ROLE=My\\ Role  ', '-c   ROLE=My\\ Role'],
])('of the options "%s" none that gives a setting is left', (options, left) => {
  expect(withoutSettings(options)).toBe(left);
});

it('tells whether something would be left out', () => {
  expect(giveSettings('-c role=dba endpoint=x')).toBe(false);
  expect(giveSettings('-c role=dba -c jit=off')).toBe(true);
  expect(giveSettings('')).toBe(false);
});
