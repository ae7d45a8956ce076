import { describe, expect, test } from 'vitest';
import { PgdbaError } from '../../../../src/core/errors.js';
import { parseRequest } from '../../../../src/tuning/changeset/request.js';

function refusal(text: string): string {
  try {
    parseRequest(text);
    return 'taken';
  } catch (error) {
    if (!(error instanceof PgdbaError)) throw error;
    expect(error.exit).toBe(2);
    return `${error.code}: ${error.message}`;
  }
}

const one = (parameter: unknown): string => JSON.stringify({ parameters: [parameter] });
const WORK_MEM = { name: 'work_mem', new_value: '64MB' };
const ID = '01890000-0000-7000-8000-000000000001';
const FINGERPRINT = 'ab'.repeat(32);

const CHANGESET = {
  schema: 'pgdba.changeset/1',
  id: ID,
  fingerprint: FINGERPRINT,
  node: { addr: '10.0.0.5', port: 5432, data_directory: '/data' },
  status: 'planned',
  via: 'alter-system',
  forced: false,
  parameters: [
    {
      name: 'work_mem',
      old_value: '4MB',
      new_value: '64MB',
      old_line: null,
      context: 'user',
      needs_restart: false,
      permission: { allowed: true, reason: null, min_role: 'grant', grant_sql: null },
      patroni_override: 'not_managed',
      masked_by: [],
      outcome: 'not_executed',
      error: null,
    },
  ],
  pre_snapshot: null,
  dry_run_result: null,
  created_at: '2026-01-01T00:00:00.000Z',
  applied_at: null,
  rolled_back_at: null,
  confirm_until: null,
};

describe('what is taken', () => {
  test('parameters alone are enough', () => {
    expect(parseRequest(one(WORK_MEM))).toEqual({
      id: null,
      fingerprint: null,
      node: null,
      changes: [{ name: 'work_mem', new_value: '64MB' }],
    });
  });

  test('a whole changeset says what it takes for granted', () => {
    expect(parseRequest(JSON.stringify(CHANGESET))).toEqual({
      id: ID,
      fingerprint: FINGERPRINT,
      node: { addr: '10.0.0.5', port: 5432, data_directory: '/data' },
      changes: [{ name: 'work_mem', new_value: '64MB', old_value: '4MB', old_line: null }],
    });
  });

  test('an envelope holds one in data.changeset', () => {
    const envelope = { schema: 'pgdba.envelope/1', command: 'config tune', data: { changeset: CHANGESET } };
    expect(parseRequest(JSON.stringify(envelope)).id).toBe(ID);
  });

  test('a plan for a server that does not exist yet knows no old values', () => {
    const planned = { ...CHANGESET, fingerprint: null, node: null };
    expect(parseRequest(JSON.stringify(planned)).changes).toEqual([{ name: 'work_mem', new_value: '64MB' }]);
  });

  test('old values written by hand are checked as well', () => {
    const { changes } = parseRequest(one({ ...WORK_MEM, old_value: '4MB', old_line: '8MB' }));
    expect(changes).toEqual([{ name: 'work_mem', new_value: '64MB', old_value: '4MB', old_line: '8MB' }]);
  });

  test.each([
    [64, '64'],
    [0.5, '0.5'],
    [-1, '-1'],
    [-0, '0'],
    [1e-7, '1e-7'],
    [true, 'on'],
    [false, 'off'],
    [null, null],
    ['', ''],
    ['a\tb', 'a\tb'],
    ["it's \\ ünïcode 🐘", "it's \\ ünïcode 🐘"],
  ])('the value %j becomes %j', (given, taken) => {
    expect(parseRequest(one({ name: 'x', new_value: given })).changes[0]?.new_value).toBe(taken);
  });

  test('a byte order mark is passed over', () => {
    expect(parseRequest(`\uFEFF${one(WORK_MEM)}`).changes).toHaveLength(1);
  });

  test('names that JavaScript’s objects have of their own are names as others', () => {
    const text =
      '{"parameters": [{"name": "__proto__", "new_value": "1"}, {"name": "constructor", "new_value": "2"}]}';
    expect(parseRequest(text).changes.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['new_value']).toBeUndefined();
  });

  test('a thousand parameters may be changed at once', () => {
    const parameters = Array.from({ length: 1000 }, (_, i) => ({ name: `p${String(i)}`, new_value: 1 }));
    expect(parseRequest(JSON.stringify({ parameters })).changes).toHaveLength(1000);
  });
});

describe('what is refused, with the place', () => {
  test.each([
    ['', 'invalid_input: the changeset is not JSON: '],
    ['{"parameters": [', 'invalid_input: the changeset is not JSON: '],
    ['[]', 'invalid_input: the changeset must be object'],
    ['null', 'invalid_input: the changeset must be object'],
    ['"work_mem"', 'invalid_input: the changeset must be object'],
    ['{}', 'invalid_input: the changeset has no parameters'],
    ['{"parameters": []}', 'invalid_input: parameters is empty: there is nothing to change'],
    ['{"parameters": {}}', 'invalid_input: parameters must be array'],
    ['{"parameters": [7]}', 'invalid_input: parameters[0] must be object'],
    [one({ name: 'x' }), 'invalid_input: parameters[0] has no new_value'],
    [one({ new_value: '1' }), 'invalid_input: parameters[0] has no name'],
    [one({ ...WORK_MEM, value: 1 }), 'invalid_input: parameters[0] has an unknown key "value"'],
    [
      one({ name: 'x', new_value: ['1'] }),
      'invalid_input: parameters[0].new_value must be text, a number, true, false or null',
    ],
    [
      one({ name: 'x', new_value: {} }),
      'invalid_input: parameters[0].new_value must be text, a number, true, false or null',
    ],
    [one({ name: 7, new_value: '1' }), 'invalid_input: parameters[0].name must be string'],
    [
      JSON.stringify({ parameters: [WORK_MEM], apply: true }),
      'invalid_input: the changeset has an unknown key "apply"',
    ],
    [
      '{"parameters": [{"name": "x", "new_value": 1}], "__proto__": {}}',
      'invalid_input: the changeset has an unknown key "__proto__"',
    ],
    ['{"data": null}', 'invalid_input: the envelope holds no data.changeset'],
    ['{"data": {"changeset": null}}', 'invalid_input: the envelope holds no data.changeset'],
    [
      JSON.stringify({ data: { changeset: { ...CHANGESET, parameters: [{ name: 'x' }] } } }),
      'invalid_input: data.changeset.parameters[0] has no new_value',
    ],
    [JSON.stringify({ data: { changeset: 7 } }), 'invalid_input: data.changeset must be object'],
    [
      JSON.stringify({ ...CHANGESET, schema: 'pgdba.changeset/2' }),
      'invalid_input: schema must be equal to one of',
    ],
    [JSON.stringify({ ...CHANGESET, id: '../../etc/passwd' }), 'invalid_input: id must match pattern'],
    [JSON.stringify({ ...CHANGESET, fingerprint: 'x' }), 'invalid_input: fingerprint must match pattern'],
    [JSON.stringify({ ...CHANGESET, node: { addr: 7 } }), 'invalid_input: node has no port'],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toContain(expected);
  });

  test.each([
    'a.b.c',
    'a b',
    '',
    '1x',
    'work_mem;',
    'a"b',
    "a'b",
    'ünï',
    'a.',
    '.a',
    'a\nb',
    'x'.repeat(200),
  ])('the name %j', (name) => {
    expect(refusal(one({ name, new_value: '1' }))).toMatch(/^invalid_input: parameters\[0\]\.name /);
  });

  test('a name is quoted in part when it is long', () => {
    expect(refusal(one({ name: ' '.repeat(100_000), new_value: '1' })).length).toBeLessThan(200);
  });

  test.each(['a\nb', 'a\rb', 'a\0b', '\u001b[31m', '\u0085', '\u007f'])('the value %j', (value) => {
    expect(refusal(one({ name: 'x', new_value: value }))).toBe(
      'invalid_input: parameters[0].new_value holds a line break or another control character',
    );
  });

  test('half a character', () => {
    expect(refusal('{"parameters": [{"name": "x", "new_value": "\\ud800"}]}')).toContain('half a character');
  });

  test('a number that JavaScript has none for', () => {
    expect(refusal('{"parameters": [{"name": "x", "new_value": 1e400}]}')).toContain(
      'parameters[0].new_value',
    );
  });

  test.each(['12345678901234567890', '-1e300'])(
    'the number %s, which would not stay what it is',
    (number) => {
      expect(refusal(`{"parameters": [{"name": "x", "new_value": ${number}}]}`)).toContain(
        'parameters[0].new_value is a number too large to be exact',
      );
    },
  );

  test('one parameter twice, whatever its letters', () => {
    const text = JSON.stringify({
      parameters: [WORK_MEM, { name: 'x', new_value: 1 }, { name: 'Work_Mem', new_value: 1 }],
    });
    expect(refusal(text)).toBe('invalid_input: Work_Mem is named twice: parameters[0] and parameters[2]');
  });

  test('more than a thousand parameters', () => {
    const parameters = Array.from({ length: 1001 }, (_, i) => ({ name: `p${String(i)}`, new_value: 1 }));
    expect(refusal(JSON.stringify({ parameters }))).toContain(
      'parameters must NOT have more than 1000 items',
    );
  });

  test('more than 4 MiB, before it is parsed', () => {
    expect(refusal(' '.repeat(4 * 1024 ** 2 + 1))).toBe('invalid_input: the changeset is larger than 4 MiB');
  });

  test('a document a million levels deep', () => {
    expect(refusal('['.repeat(1_000_000))).toContain('invalid_input: ');
    expect(refusal('['.repeat(1_000_000) + ']'.repeat(1_000_000))).toContain('invalid_input: ');
  });
});
