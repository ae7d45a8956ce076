import { describe, expect, test } from 'vitest';
import type { PgdbaError } from '../../../src/core/errors.js';
import { parseMajor, requireTogether, wishOf } from '../../../src/tuning/tuneWish.js';

const bare = { rules: 'pgdba', 'db-size': 'mid_ram' } as const;

function refusalOf(attempt: () => unknown): { code: string; message: string } | null {
  try {
    attempt();
    return null;
  } catch (error) {
    const { code, message } = error as PgdbaError;
    return { code, message };
  }
}

describe('what the flags ask for', () => {
  test('is mixed work on a host that nothing was said of', () => {
    expect(wishOf(bare)).toEqual({
      workload: 'mixed',
      profile: null,
      rules: 'pgdba',
      host: { ramBytes: null, cpus: null, storage: null },
      connections: null,
      dbSize: 'mid_ram',
    });
  });

  test('is what was said', () => {
    const flags = {
      workload: 'dw',
      profile: 'remote-conservative',
      rules: 'pgtune',
      ram: 1e9,
      cpus: 8,
      storage: 'nvme',
      connections: 20,
      'db-size': 'less_ram',
    } as const;
    expect(wishOf(flags)).toEqual({
      workload: 'olap',
      profile: 'remote-conservative',
      rules: 'pgtune',
      host: { ramBytes: 1e9, cpus: 8, storage: 'nvme' },
      connections: 20,
      dbSize: 'less_ram',
    });
  });

  test.each([
    [{ cpus: 0 }, '--cpus: 0 is less than 1'],
    [{ connections: 0 }, '--connections: 0 is less than 1'],
    [{ connections: 19, rules: 'pgtune' }, '--connections with --rules pgtune: 19 is less than 20'],
  ] as const)('is refused where no server has it: %o', (flags, message) => {
    expect(refusalOf(() => wishOf({ ...bare, ...flags }))).toEqual({ code: 'usage', message });
  });

  test('takes few connections where PGTune is not asked', () => {
    expect(wishOf({ ...bare, connections: 5 }).connections).toBe(5);
  });
});

describe('flags that need each other', () => {
  const none = { offline: false, apply: false };
  const check = (flags: object, argv: readonly string[]): unknown =>
    refusalOf(() => {
      requireTogether({ ...none, ...flags }, argv);
    });

  test.each([
    [{ offline: true }, [], '--offline needs --pg-version and --ram'],
    [{ offline: true, ram: 1e9 }, [], '--offline needs --pg-version'],
    [{ offline: true, 'pg-version': 17 }, [], '--offline needs --ram'],
    [
      { 'pg-version': 17 },
      ['--pg-version', '17'],
      '--pg-version is for --offline: a server says its version itself',
    ],
    [{}, ['--dry-run'], 'without --apply there is nothing for --dry-run to do'],
    [{}, ['--via=auto', '--force'], 'without --apply there is nothing for --force and --via to do'],
    [{}, ['--wait', '5s'], 'without --apply there is nothing for --wait to do'],
  ])('%o %j', (flags, argv, message) => {
    expect(check(flags, argv)).toEqual({ code: 'usage', message });
  });

  test.each([
    [{}, []],
    [{ offline: true, 'pg-version': 17, ram: 1e9 }, ['--pg-version', '17']],
    [{ ram: 1e9 }, ['--ram', '1GB']],
    [{ apply: true }, ['--apply', '--dry-run', '--force', '--wait', '5s', '--via', 'auto']],
  ])('%o %j is enough', (flags, argv) => {
    expect(check(flags, argv)).toBeNull();
  });

  test('a variable that is meant for other runs is no mistake', () => {
    expect(check({ 'pg-version': 17 }, ['--workload', 'oltp'])).toBeNull();
  });
});

describe('--pg-version', () => {
  test.each([
    ['12', 12],
    ['17.4', 17],
    ['18', 18],
    ['19', 19],
  ])('%s is %i', (text, major) => {
    expect(parseMajor(text)).toBe(major);
  });

  test.each(['11', '9.6', '20', '170010', 'seventeen', '', '17.', '-17', '17beta1'])(
    '"%s" is none',
    (text) => {
      expect(refusalOf(() => parseMajor(text))).toMatchObject({ code: 'usage' });
    },
  );
});
