import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfFile, printConfLine } from '../../src/core/setting/confFile.js';
import { startServer, type TestServer } from '../support/servers.js';

/** How many files the server reads at a time. */
const FILES = 150;

/** Lines that each stand for one rule of the file's language. */
const LINES = [
  ...[
    'work_mem = 4MB',
    'work_mem 4MB',
    "work_mem='4MB'# why",
    '\twork_mem\t=\t4MB \r',
    '# work_mem = 4MB',
    '',
    ' ',
  ],
  ...['a.b = 1.5GB', 'a.b 1e3', 'a.b = 1e3kB', 'a.b = 1.5e3ms', 'a.b = .5', 'a.b = 5.', 'a.b = .', 'a.b = -'],
  ...[
    'a.b = -5',
    'a.b = +5MB',
    'a.b = 0x1FkB',
    'a.b = 0X1F',
    'a.b = 0x',
    'a.b = 08',
    'a.b = 5 MB',
    'a.b = 5_0',
  ],
  ...[
    'a.b = foo:bar/baz.x-y_z',
    'a.b = foo.bar',
    'a.b = /abs',
    'a.b = "x"',
    'a.b = x,y',
    'a.b = x=y',
    'a.b = *',
  ],
  ...["a.b = 'it''s \\'x\\' \\x41 \\101\\102 \\303\\274 \\t\\q\\\\'", "a.b = ''", "a.b = ''''", "a.b = 'a''"],
  ...[
    "a.b = a'b'",
    "a.b = 'a'b",
    "a.b = 'a' 'b'",
    "a.b = 'open",
    "a.b = 'open\\'",
    "a.b = 'a\\\nb'",
    "a.b = 'a\nb'",
  ],
  ...[
    'a.b = = 1',
    'a.b == 1',
    'a.b',
    'a.b =',
    'a.b = 1;',
    'a b = 1',
    'a. = 1',
    '.b = 1',
    'a . b = 1',
    '1a = 1',
  ],
  ...[
    'a.b.c = 1',
    'a-5',
    'a:b 5',
    'a$b = 1',
    'a.b = a$x',
    '\u00fcn.\u00ef = \u00fc',
    'a.b = \u00fc',
    "a.b = '\u2028'",
  ],
  ...[
    "a.b='#'",
    "a.b = 'x' # 'y'",
    'work_mem = 1\nwork_mem = 2',
    'ok.ok = 1\nbad\nok.ok = 2',
    "a.b = 'x\\0y'",
  ],
];

interface Read {
  readonly name: string | null;
  readonly setting: string | null;
  readonly line: number;
}

describe.each([12, 18] as const)('PostgreSQL %i', (major) => {
  let server: TestServer;

  const file = (index: number): string => join('pieces', `${String(index)}.conf`);
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(server.dataDirectory, name), text);

  beforeAll(async () => {
    server = await startServer({ major, name: `conf-file-${String(major)}` });
    await mkdir(join(server.dataDirectory, 'pieces'), { mode: 0o755 });
    const includes = Array.from({ length: FILES }, (_, index) => `include_if_exists '${file(index)}'\n`);
    await write('postgresql.conf', includes.join(''));
  });
  afterAll(async () => {
    await server.stop();
  });

  /** What the server makes of each text, as a file of its own: after a line it cannot read it gives up that file. */
  const readByServer = async (texts: readonly string[]): Promise<Read[][]> => {
    const padded = Array.from({ length: FILES }, (_, index) => texts[index] ?? '');
    await Promise.all(padded.map((text, index) => write(file(index), text)));
    const rows = await server.query(
      `SELECT pg_catalog.substring(sourcefile, '(\\d+)\\.conf$')::int AS index, name, setting, sourceline AS line
       FROM pg_catalog.pg_file_settings WHERE sourcefile LIKE '%/pieces/%' ORDER BY seqno`,
    );
    const found: Read[][] = texts.map(() => []);
    for (const { index, name, setting, line } of rows as unknown as (Read & { index: number })[]) {
      found[index]?.push({ name, setting, line });
    }
    return found;
  };

  const readByUs = (text: string): Read[] => {
    const { entries, errors } = parseConfFile(text);
    const [error] = errors;
    const before = entries.filter(({ line }) => error === undefined || line < error.line);
    const settings = before.map(({ name, value, line }) => ({ name, setting: value, line }));
    return error === undefined ? settings : [...settings, { name: null, setting: null, line: error.line }];
  };

  const expectAgreement = async (texts: readonly string[]): Promise<void> => {
    const found = await readByServer(texts);
    const told = (reads: readonly Read[][]): unknown[] =>
      texts.map((text, index) => ({ text, reads: reads[index] }));
    expect(told(texts.map(readByUs))).toEqual(told(found));
  };

  test('reads each rule of the language as the server does', async () => {
    await expectAgreement(LINES.map((line) => `${line}\n`));
  });

  test('reads lines of any pieces as the server does', async () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        'b.c',
        'work_mem',
        'on',
        '5',
        '0x1f',
        '1.5',
        'kB',
        'e3',
        '.',
        '-',
        '_',
        ':',
        '/',
        '$',
        '"',
        ',',
        'é',
      ],
      ...[
        "'",
        "''",
        '\\',
        '\\n',
        '\\7',
        '#',
        '=',
        ' = ',
        ' ',
        '\t',
        '\r',
        "'x y'",
        "'a''b'",
        "'\\''",
        "= 'v'",
        '\v',
      ],
    );
    const start = fc.constantFrom('', 'a.b = ', 'a.b ', "a.b = '", 'name=');
    const line = fc
      .tuple(start, fc.array(piece, { maxLength: 5 }))
      .map(([first, rest]) => first + rest.join(''));
    const text = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => `${lines.join('\n')}\n`);
    const texts = fc.array(text, { minLength: 1, maxLength: FILES, size: 'max' });
    await fc.assert(fc.asyncProperty(texts, expectAgreement), { seed: 11, numRuns: 6 });
  });

  test('the server reads every printed value as it was', async () => {
    const odd = [
      '',
      "it's",
      '\\',
      'a\nb',
      '#',
      '64MB',
      '-1',
      '1e3',
      'foo.bar',
      '"$user", public',
      ' x',
      '\t',
      'on',
    ];
    const drawn = fc.sample(fc.string({ unit: 'binary', maxLength: 12 }), {
      seed: 3,
      numRuns: FILES - odd.length,
    });
    const values = [...odd, ...drawn.map((value) => value.replaceAll('\0', ''))];
    const found = await readByServer(values.map((value) => printConfLine('a.b', value)));
    expect(found).toEqual(values.map((setting) => [{ name: 'a.b', setting, line: 1 }]));
  });

  test('includes are told apart from settings, whatever their case', async () => {
    await write('more.conf', 'a.b = 1');
    const lines = [
      "include 'more.conf'",
      'INCLUDE_IF_EXISTS = nofile',
      "Include_Dir 'pieces'",
      "a.include = 'x'",
    ];
    const { entries, errors } = parseConfFile(lines.join('\n'));
    expect(errors).toEqual([]);
    expect(entries.map(({ kind, value }) => [kind, value])).toEqual([
      ['include', 'more.conf'],
      ['include_if_exists', 'nofile'],
      ['include_dir', 'pieces'],
      ['setting', 'x'],
    ]);
    const names = await readByServer([
      "include '../more.conf'\nINCLUDE_IF_EXISTS = nofile",
      "a.include = 'x'",
    ]);
    expect(names[0]).toEqual([]);
    expect(names[1]).toEqual([{ name: 'a.include', setting: 'x', line: 1 }]);
  });
});
