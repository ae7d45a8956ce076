import { describe, expect, it } from 'vitest';
import { variableOf, withDefaults, type FlagShape } from '../../../src/flagDefaults.js';

const FLAGS: Readonly<Record<string, FlagShape>> = {
  format: { type: 'option', char: 'f' },
  limit: { type: 'option' },
  summary: { type: 'boolean' },
  'query-text': { type: 'boolean', allowNo: true },
  dsn: { type: 'option' },
  name: { type: 'option' },
};

type Values = Readonly<Record<string, unknown>>;

function words(argv: readonly string[], env: Record<string, string> = {}, file: Values = {}): string[] {
  return withDefaults(argv, FLAGS, env, file);
}

describe('flags that were not given', () => {
  it.each<[string, string[], Record<string, string>, Values, string[]]>([
    ['nothing anywhere', [], {}, {}, []],
    ['variable', [], { PGDBA_FORMAT: 'yaml' }, {}, ['--format=yaml']],
    ['file', [], {}, { format: 'yaml' }, ['--format=yaml']],
    ['variable beats file', [], { PGDBA_FORMAT: 'yaml' }, { format: 'table' }, ['--format=yaml']],
    [
      'flag beats variable',
      ['--format', 'json'],
      { PGDBA_FORMAT: 'yaml' },
      { format: 'table' },
      ['--format', 'json'],
    ],
    ['flag with =', ['--format=json'], { PGDBA_FORMAT: 'yaml' }, {}, ['--format=json']],
    ['short flag', ['-f', 'json'], { PGDBA_FORMAT: 'yaml' }, {}, ['-f', 'json']],
    ['empty variable counts as none', [], { PGDBA_FORMAT: '' }, { format: 'table' }, ['--format=table']],
    ['number in the file', [], {}, { limit: 5 }, ['--limit=5']],
    ['list in the file', [], {}, { format: ['a', 'b'] }, ['--format=a,b']],
    ['null in the file', [], {}, { format: null }, []],
    ['boolean variable', [], { PGDBA_SUMMARY: 'yes' }, {}, ['--summary']],
    ['boolean variable that is off', [], { PGDBA_SUMMARY: 'off' }, { summary: true }, []],
    ['boolean in the file', [], {}, { summary: true }, ['--summary']],
    ['negatable boolean', [], { PGDBA_QUERY_TEXT: '0' }, {}, ['--no-query-text']],
    [
      'negated flag beats variable',
      ['--no-query-text'],
      { PGDBA_QUERY_TEXT: 'true' },
      {},
      ['--no-query-text'],
    ],
    [
      'a value that looks like a flag',
      ['--limit', '--format'],
      { PGDBA_FORMAT: 'yaml' },
      {},
      ['--format=yaml', '--limit', '--format'],
    ],
    [
      'words after -- are no flags',
      ['--', '--format'],
      { PGDBA_FORMAT: 'yaml' },
      {},
      ['--format=yaml', '--', '--format'],
    ],
    [
      '--name beats the variable of --dsn',
      ['--name', 'a'],
      { PGDBA_DSN: 'b' },
      { dsn: 'c' },
      ['--name', 'a'],
    ],
    ['the variable of --name beats the file’s dsn', [], { PGDBA_NAME: 'a' }, { dsn: 'c' }, ['--name=a']],
    ['flags of other commands are no concern', [], { PGDBA_KEEP: 'maybe' }, { keep: 'maybe' }, []],
  ])('%s', (_what, argv, env, file, expected) => {
    expect(words(argv, env, file)).toEqual(expected);
  });

  it('is refused when two that exclude each other are given', () => {
    expect(() => words(['--dsn', 'a', '--name', 'b'])).toThrow('--dsn and --name');
    expect(() => words([], { PGDBA_DSN: 'a', PGDBA_NAME: 'b' })).toThrow('PGDBA_DSN and PGDBA_NAME');
    expect(() => words([], {}, { dsn: 'a', name: 'b' })).toThrow('"dsn" in defaults.json and "name" in');
  });

  it('says where a boolean came from that is none', () => {
    expect(() => words([], { PGDBA_SUMMARY: 'maybe' })).toThrow('PGDBA_SUMMARY: "maybe"');
    expect(() => words([], {}, { summary: 'maybe' })).toThrow('"summary" in defaults.json: "maybe"');
  });
});

describe('the variable of a flag', () => {
  it.each([
    ['format', 'PGDBA_FORMAT'],
    ['statement-timeout', 'PGDBA_STATEMENT_TIMEOUT'],
  ])('--%s is %s', (flag, variable) => {
    expect(variableOf(flag)).toBe(variable);
  });
});
