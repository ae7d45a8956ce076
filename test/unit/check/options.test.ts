import { describe, expect, it } from 'vitest';
import { ruleOptions } from '../../../src/check/options.js';
import { CHECK_RULES } from '../../../src/check/registry.js';
import { errorIn } from './errorIn.js';

type Wish = Parameters<typeof ruleOptions>[1];

const options = (wish: Partial<Wish>): ReturnType<typeof ruleOptions> =>
  ruleOptions(CHECK_RULES, { only: null, exclude: [], leastSeverity: 'info', file: null, ...wish });
const ids = (wish: Partial<Wish>): string[] => options(wish).rules.map(({ id }) => id);
const file = (yaml: string): string => `schema: pgdba.check/1\n${yaml}`;

describe('which rules run', () => {
  it('by id and by family, less those that are excluded', () => {
    expect(ids({ only: ['fsync_off', 'wraparound'], exclude: ['table_freeze_overdue'] })).toEqual([
      'fsync_off',
      'multixact_wraparound',
      'xid_wraparound',
    ]);
    expect(ids({ exclude: ['security'] })).not.toContain('hba_trust');
  });

  it('a rule that is asked for by name runs although the file has it off', () => {
    const off = file('rules: { fsync_off: { enabled: false } }');
    expect(ids({ file: off })).not.toContain('fsync_off');
    expect(ids({ file: off, only: ['fsync_off'] })).toEqual(['fsync_off']);
  });

  it.each([['only'], ['exclude']])('%s of something that is not there', (flag) => {
    expect(errorIn(() => options({ [flag]: ['fsync_of'] }))).toEqual([
      'usage',
      'there is no rule and no family of rules "fsync_of"',
    ]);
  });
});

describe('the thresholds file', () => {
  it('may be as good as empty, and is YAML or JSON', () => {
    expect(ids({ file: file('') })).toHaveLength(CHECK_RULES.length);
    expect(ids({ file: '{"schema": "pgdba.check/1", "rules": {}}' })).toHaveLength(CHECK_RULES.length);
  });

  it.each([
    ['a: [', 'it is not YAML'],
    ['', 'must be object'],
    ['rules: {}', 'schema'],
    ['schema: pgdba.check/2', '/schema'],
    [file('rule: {}'), 'additional properties'],
    [file('rules: { fsync_of: {} }'), 'there is no rule fsync_of'],
    [
      file('rules: { fsync_off: { thresholds: { warning_ms: 1 } } }'),
      'rule fsync_off has no threshold warning_ms',
    ],
    [file('rules: { fsync_off: { severity: fatal } }'), '/rules/fsync_off/severity'],
    [
      file('rules: { query_long: { thresholds: { warning_ms: 1h } } }'),
      '/rules/query_long/thresholds/warning_ms',
    ],
    [file('rules: { query_long: { ignore: "x" } }'), '/rules/query_long/ignore'],
  ])('%j is refused, with the place', (text, place) => {
    const [code, message] = errorIn(() => options({ file: text }));
    expect(code).toBe('invalid_input');
    expect(message).toMatch(/^the thresholds file: /);
    expect(message).toContain(place);
  });

  it.each([
    ['public.*', 'public.t', true],
    ['public.*', 'xpublic.t', false],
    ['*', 'any\nthing', true],
    ['a.b', 'aXb', false],
    ['a[1]+', 'a[1]+', true],
    ['*_old', 'public.x_old', true],
    ['*_old', 'public.x_older', false],
  ])('ignore %j and %j', (pattern, object, ignored) => {
    const { isIgnored } = options({
      file: file(`rules: { fsync_off: { ignore: [${JSON.stringify(pattern)}] } }`),
    });
    expect(isIgnored('fsync_off', object)).toBe(ignored);
    expect(isIgnored('hba_trust', object)).toBe(false);
  });
});
