import { expect, test } from 'vitest';
import { parseConfFile, printConfLine } from '../../../../src/core/setting/confFile.js';

test('settings and includes with their lines', () => {
  const text = [
    '# memory',
    'work_mem = 64MB  # per node',
    '',
    "search_path '\"$user\", it''s \\'x\\''",
    "Include_If_Exists = 'extra.conf'",
    "include 'more.conf'",
    "include_dir 'conf.d'",
    'work_mem = 32MB',
    'myext.verbose on',
  ].join('\r\n');
  expect(parseConfFile(text)).toEqual({
    entries: [
      { kind: 'setting', name: 'work_mem', value: '64MB', line: 2 },
      { kind: 'setting', name: 'search_path', value: "\"$user\", it's 'x'", line: 4 },
      { kind: 'include_if_exists', name: 'Include_If_Exists', value: 'extra.conf', line: 5 },
      { kind: 'include', name: 'include', value: 'more.conf', line: 6 },
      { kind: 'include_dir', name: 'include_dir', value: 'conf.d', line: 7 },
      { kind: 'setting', name: 'work_mem', value: '32MB', line: 8 },
      { kind: 'setting', name: 'myext.verbose', value: 'on', line: 9 },
    ],
    errors: [],
  });
});

test.each([
  ['= 1', 'the line does not start with a name'],
  ['a.b.c = 1', 'the line does not start with a name'],
  ['work_mem', '“work_mem” has no value'],
  ['work_mem =  # nothing', '“work_mem” has no value'],
  ['log_line_prefix = %m', 'the value of “log_line_prefix” needs quotes'],
  ['archive_library = foo.bar', 'the value of “archive_library” needs quotes'],
  ["log_line_prefix = 'open", 'the value of “log_line_prefix” needs quotes'],
  ['work_mem = 64 MB', 'something follows the value of “work_mem”'],
])('%s: %s', (line, message) => {
  expect(parseConfFile(`port = 1\n${line}\nfsync = on`)).toMatchObject({
    entries: [{ name: 'port' }, { name: 'fsync', line: 3 }],
    errors: [{ line: 2, message }],
  });
});

test.each([
  ['64MB', 'work_mem = 64MB'],
  ['on', 'work_mem = on'],
  ['0.9', 'work_mem = 0.9'],
  ['', "work_mem = ''"],
  ['64 MB', "work_mem = '64 MB'"],
  ['a.b', "work_mem = 'a.b'"],
  ['/tmp', "work_mem = '/tmp'"],
  ["it's a \\", "work_mem = 'it''s a \\\\'"],
  ['a\nb', "work_mem = 'a\\nb'"],
])('prints %j', (value, line) => {
  expect(printConfLine('work_mem', value)).toBe(line);
  expect(parseConfFile(line).entries).toMatchObject([{ name: 'work_mem', value }]);
});

test('what would break the file is not printed', () => {
  const code = (wanted: string): Error => expect.objectContaining({ code: wanted }) as Error;
  expect(() => printConfLine('a.b.c', '1')).toThrow(code('parameter_unknown'));
  expect(() => printConfLine('a', 'x\0')).toThrow(code('parameter_value_invalid'));
});
