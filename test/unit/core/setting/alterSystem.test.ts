import { describe, expect, test } from 'vitest';
import { alterSystemReset, alterSystemSet } from '../../../../src/core/setting/alterSystem.js';
import { isListQuoted, splitList } from '../../../../src/core/setting/lists.js';
import { isSettingName } from '../../../../src/core/setting/name.js';

function failsWith(code: string): Error {
  return expect.objectContaining({ code }) as Error;
}

test.each([
  ['work_mem', '64MB', "ALTER SYSTEM SET work_mem = '64MB'"],
  ['log_line_prefix', "it's", "ALTER SYSTEM SET log_line_prefix = 'it''s'"],
  ['archive_command', "copy 'C:\\%f'", "ALTER SYSTEM SET archive_command = E'copy ''C:\\\\%f'''"],
  ['myext.verbose', 'on', `ALTER SYSTEM SET myext."verbose" = 'on'`],
  ['DateStyle', 'ISO, DMY', `ALTER SYSTEM SET "DateStyle" = 'ISO, DMY'`],
  ['search_path', '"$user", public', "ALTER SYSTEM SET search_path = '$user', 'public'"],
  ['shared_preload_libraries', 'a,"b,c"', "ALTER SYSTEM SET shared_preload_libraries = 'a', 'b,c'"],
  ['listen_addresses', 'localhost, ::1', "ALTER SYSTEM SET listen_addresses = 'localhost, ::1'"],
  ['log_line_prefix', '', "ALTER SYSTEM SET log_line_prefix = ''"],
])('sets %s to %s', (name, value, sql) => {
  expect(alterSystemSet(name, value, 17)).toBe(sql);
});

test('socket directories are several literals from 14 on', () => {
  const sql = (major: number): string => alterSystemSet('unix_socket_directories', '/tmp, /run/a', major);
  expect(sql(13)).toBe("ALTER SYSTEM SET unix_socket_directories = '/tmp, /run/a'");
  expect(sql(14)).toBe("ALTER SYSTEM SET unix_socket_directories = '/tmp', '/run/a'");
});

test('resets by a quoted name where it must be', () => {
  expect(alterSystemReset('work_mem')).toBe('ALTER SYSTEM RESET work_mem');
  expect(alterSystemReset('all')).toBe('ALTER SYSTEM RESET "all"');
});

test.each([
  ['log_line_prefix', 'a\nb'],
  ['log_line_prefix', 'a\0b'],
  ['search_path', 'a\nb'],
  ['search_path', ''],
  ['search_path', 'a,,b'],
  ['shared_preload_libraries', '""'],
  ['shared_preload_libraries', ' '],
  ['shared_preload_libraries', '"a'],
])('%s never gets %j', (name, value) => {
  expect(() => alterSystemSet(name, value, 18)).toThrow(failsWith('parameter_value_invalid'));
});

const LONG = 'x'.repeat(63);

describe('names', () => {
  test.each(['work_mem', 'DateStyle', '_a.b9', `${LONG}.${LONG}`, LONG])('%s may be one', (name) => {
    expect(isSettingName(name)).toBe(true);
  });

  test.each([
    ...[
      '',
      '.',
      'a.',
      '.b',
      'a.b.c',
      'a b',
      'a-b.c',
      '1a.b',
      'a$',
      'a.b$',
      'é.x',
      'a"b',
      "a'b",
      'a\nb',
      'a=b',
    ],
    ...[`${LONG}x`, `a.${LONG}x`, 'work_mem\n', 'work_mem = 1; --'],
  ])('%j is refused', (name) => {
    expect(isSettingName(name)).toBe(false);
    expect(() => alterSystemSet(name, '1', 18)).toThrow(failsWith('parameter_unknown'));
    expect(() => alterSystemReset(name)).toThrow(failsWith('parameter_unknown'));
  });
});

describe('lists', () => {
  test.each([
    ['search_path', 12, true],
    ['Search_Path', 18, true],
    ['unix_socket_directories', 13, false],
    ['unix_socket_directories', 14, true],
    ['oauth_validator_libraries', 17, false],
    ['oauth_validator_libraries', 18, true],
    ['listen_addresses', 18, false],
    ['constructor', 18, false],
  ])('%s on %d: %s', (name, major, quoted) => {
    expect(isListQuoted(name, major)).toBe(quoted);
  });

  test.each<[string, 'paths' | 'identifiers', string[] | null]>([
    ['', 'paths', []],
    [' /a b , "/c,d" ', 'paths', ['/a b', '/c,d']],
    ['A,"B"', 'paths', ['A', 'B']],
    ['A , "B""C"', 'identifiers', ['a', 'B"C']],
    ['a b', 'identifiers', null],
    ['a,', 'paths', null],
    [',a', 'paths', null],
    ['"a', 'paths', null],
    ['"a"b', 'paths', null],
  ])('%j as %s', (text, kind, items) => {
    expect(splitList(text, kind)).toEqual(items);
  });
});
