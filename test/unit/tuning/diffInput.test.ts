import { describe, expect, it } from 'vitest';
import { parseDiffInput } from '../../../src/tuning/diffInput.js';

function wanted(text: string): unknown[] {
  return parseDiffInput(text).wanted.map(({ name, text: value, source, line }) => [
    name,
    value,
    source,
    line,
  ]);
}

const refusal = (message: string): Error =>
  expect.objectContaining({
    code: 'invalid_input',
    message: expect.stringContaining(message) as string,
  }) as Error;

describe('lines of a postgresql.conf', () => {
  it('are read as the server reads them, the last one for a name counts', () => {
    const text = "# mine\nwork_mem = 4MB\nWORK_MEM 8MB # more\nsearch_path = 'a, ''b'''\n";
    expect(parseDiffInput(text).format).toBe('conf');
    expect(wanted(text)).toEqual([
      ['WORK_MEM', '8MB', 'file', 3],
      ['search_path', "a, 'b'", 'file', 4],
    ]);
  });

  it('may name other files, which are told and not followed', () => {
    const { wanted: found, left } = parseDiffInput("include_dir 'conf.d'\njit = off\n");
    expect(found).toHaveLength(1);
    expect(left).toEqual([{ line: 1, message: "line 1: include_dir 'conf.d' is not followed" }]);
  });

  it('that the server could not read are an error with the line, and without the secret in it', () => {
    expect(() => parseDiffInput('jit = off\n= 3\n')).toThrow(refusal('line 2'));
    expect(() => parseDiffInput("primary_conninfo = 'a' password=geheim")).not.toThrow(refusal('geheim'));
  });

  it('may be none at all', () => {
    expect(wanted('\n')).toEqual([]);
  });
});

describe('a changeset', () => {
  it('is known by its parameters; null is a reset', () => {
    const text = '{"parameters":[{"name":"work_mem","new_value":"64MB"},{"name":"jit","new_value":null}]}';
    expect(parseDiffInput(text).format).toBe('changeset');
    expect(wanted(text)).toEqual([
      ['work_mem', '64MB', 'changeset', null],
      ['jit', null, 'changeset', null],
    ]);
  });

  it('that is none is an error', () => {
    expect(() => parseDiffInput('{"hello": 1}')).toThrow(refusal('parameters'));
    expect(() => parseDiffInput('[1]')).toThrow(refusal(''));
    expect(() => parseDiffInput('{"parameters": ')).toThrow(refusal('not JSON'));
  });
});

describe('what config show printed', () => {
  const settings = [{ name: 'work_mem', value: '4096', display: '4MB', source: 'default' }];

  it.each([
    ['the envelope', { schema: 'pgdba.envelope/1', data: { settings } }],
    ['its data', { settings, files: [] }],
    ['only names and displays', { data: { settings: [{ name: 'work_mem', display: '4MB' }] } }],
  ])('may be %s', (_what, document) => {
    const { format, wanted: found } = parseDiffInput(JSON.stringify(document, null, 2));
    expect(format).toBe('show');
    expect(found).toMatchObject([{ name: 'work_mem', text: '4MB', wasInForce: true }]);
  });

  it('must have names and displays', () => {
    expect(() => parseDiffInput('{"settings":[{"name":"work_mem","value":"4096"}]}')).toThrow(
      refusal('settings[0]'),
    );
    expect(() => parseDiffInput('{"data":{"settings":[7]}}')).toThrow(refusal('settings[0]'));
  });
});
