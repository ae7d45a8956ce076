import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CsvLogParser } from '../../../src/query/slowLog/log/csvLog.js';
import { formatOf, LogReader, type LogFormat } from '../../../src/query/slowLog/log/logReader.js';
import { LONGEST_RECORD, type LogRecord } from '../../../src/query/slowLog/log/logRecord.js';
import { SlowCollector, type CollectorWish } from '../../../src/query/slowLog/log/slowCollector.js';
import { prefixPattern } from '../../../src/query/slowLog/log/stderrLog.js';

/**
 * Logs that servers of 12, 13, 15 and 18 wrote about the same work: statements of every protocol, over several lines,
 * with quotes and secrets, failing ones, log_duration with and without log_statement, auto_explain in all its formats.
 */
const FOLDER = join(import.meta.dirname, '../../fixtures/serverLog');
const FILES = readdirSync(FOLDER);
/** log_line_prefix and log_timezone that the stderr logs were written with. */
const WRITTEN_WITH: Readonly<Record<string, readonly [prefix: string, timeZone: string]>> = {
  '12': ['%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ', 'Europe/Vienna'],
  '13': ['%m [%p] ', 'UTC'],
  '15': ['%n %c %r %e %i %q%u@%d/%a ', 'America/St_Johns'],
  '18': ['%m %Q %b %P %L %x %v %s [%p] %q%u@%d ', 'UTC'],
};

function formatNamed(file: string): LogFormat {
  if (file.endsWith('.csv')) return 'csvlog';
  return file.endsWith('.jsonlog') ? 'jsonlog' : 'stderr';
}

function read(file: string, wish: Partial<CollectorWish> = {}, pieceBytes = 1 << 20, from = 0) {
  const [prefix, timeZone] = WRITTEN_WITH[file.slice(0, 2)] ?? ['', 'UTC'];
  const collector = new SlowCollector({ thresholdMs: 20, limit: 0, sinceMs: null, timeZone, ...wish });
  const reader = new LogReader(from > 0 ? formatNamed(file) : null, collector.take, prefix);
  const bytes = readFileSync(join(FOLDER, file)).subarray(from);
  reader.nextFile(from > 0);
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.take(bytes.subarray(at, at + pieceBytes));
  reader.end();
  return { collector, reader, slow: collector.slowest() };
}

const plan = (format: string) =>
  `SELECT pg_sleep(0.11), '${format}, "q" <&>' AS planned\n FROM t\n WHERE id = 2`;
const EXPECTED = [
  'statement absent: CREATE DATABASE "Sales, ""EU"" é"',
  'statement absent: SELECT pg_sleep(0.03)',
  `statement absent: SELECT pg_sleep(0.04),\n\t'tab, "quoted" and ''single'' é 😀' AS a\n  FROM t WHERE id = 1 -- duration: 9999 ms  statement: decoy\n;`,
  'execute withheld: SELECT pg_sleep($1::float8), $2::text AS secret',
  'execute withheld: SELECT pg_sleep($1::float8) /* named */',
  `statement absent: ALTER ROLE "Quo""te é" PASSWORD 'hunter2'; SELECT pg_sleep(0.07)`,
  'null absent: null',
  'null absent: SELECT pg_sleep(0.09) AS told_before',
  'null absent: SELECT pg_sleep($1::float8) AS told_before_extended',
  'null absent: SELECT pg_sleep(0.02), $1::int AS after_error',
  ...['text', 'json', 'yaml', 'xml'].map((format) => `plan absent: ${plan(format)}`),
  'statement absent: SELECT pg_sleep(0.12) AS planned_and_logged',
  'execute withheld: SELECT pg_sleep($1::float8) AS planned_bound',
  'statement absent: FETCH 2 FROM cur',
  'statement absent: EXECUTE p',
];

describe.each(FILES)('the log %s', (file) => {
  const { collector, reader, slow } = read(file);

  it('tells every slow execution once, with what was timed and whether parameters were logged', () => {
    const told = slow.map(
      (one) => `${String(one.event)} ${one.hasParameters ? 'withheld' : 'absent'}: ${String(one.text)}`,
    );
    expect([...told].sort()).toEqual([...EXPECTED].sort());
    expect(collector.total).toBe(EXPECTED.length);
    expect(reader.unreadable).toBe(0);
    expect(reader.format).toBe(formatNamed(file));
    expect(JSON.stringify(slow)).not.toContain('bound ');
  });

  it('tells who ran it and when, in UTC', () => {
    const told = slow.find(({ text }) => text === 'SELECT pg_sleep(0.03)');
    // 18's prefix has no client, application or session; user and database stand in all.
    expect(told).toMatchObject({ user: 'Quo"te é', database: 'Sales, "EU" é' });
    expect(told?.pid).toBeGreaterThan(1000);
    expect(told?.durationMs).toBeGreaterThan(30);
    // All were written within the same ten seconds, in zones as different as Vienna and St. John's.
    expect(told?.endedAt).toMatch(/^2026-11-21T17:56:4\d\.\d{3}Z$/);
    if (!file.startsWith('18.log')) expect(told?.application).toBe('app [1]: x');
    if (file.startsWith('18.')) expect(told?.queryId).toBe('-5191732810777595558');
  });

  it('is the same in pieces of any size, and from the middle loses only what is cut off', () => {
    expect(read(file, {}, 7).slow).toEqual(slow);
    const { length } = readFileSync(join(FOLDER, file));
    const all = slow.map(({ text }) => text);
    for (let from = 1; from < length; from += 397) {
      const tail = read(file, {}, 1 << 20, from).slow;
      for (const { text } of tail) if (text !== null) expect(all).toContain(text);
      const late = slow.filter(({ text }) => text === 'EXECUTE p');
      if (from < length * 0.8) expect(tail.filter(({ text }) => text === 'EXECUTE p')).toEqual(late);
    }
  });

  it('keeps the slowest up to the limit and counts the rest', () => {
    const few = read(file, { limit: 3 });
    expect(few.slow).toEqual(slow.slice(0, 3));
    expect(few.collector.total).toBe(EXPECTED.length);
    expect(read(file, { thresholdMs: 100_000 }).slow).toEqual([]);
  });

  it('leaves out what ended before --since', () => {
    const youngest = slow.reduce(
      (latest, { endedAt }) => (endedAt !== null && endedAt > latest ? endedAt : latest),
      '',
    );
    const young = read(file, { sinceMs: Date.parse(youngest) });
    expect(young.slow.map(({ endedAt }) => endedAt)).toContain(youngest);
    expect(young.slow.length).toBeLessThan(EXPECTED.length);
    expect(young.collector.undated).toBe(0);
  });
});

it('keeps what has no known age, and counts it', () => {
  const { collector, slow } = read('12.csv', { timeZone: null, sinceMs: Date.now() });
  expect(slow.length).toBe(EXPECTED.length);
  expect(collector.undated).toBe(EXPECTED.length);
  expect(slow[0]).toMatchObject({ endedAt: null, loggedAt: expect.stringContaining(' CET') as unknown });
});

describe('csvlog', () => {
  const row = (columns: number) =>
    ['2026-01-01 00:00:00.000 UTC', '"u"', '"d"', '42', '"[local]"', 's', '1', '"SELECT"']
      .concat(['2026-01-01 00:00:00 UTC', '3/1', '0', 'LOG', '00000', '"duration: 5.000 ms  statement: x"'])
      .concat(Array.from({ length: columns - 14 }, () => ''))
      .join(',');

  it.each([23, 24, 26, 27])('is read with %i columns, as different majors write them', (columns) => {
    const found: LogRecord[] = [];
    const parser = new CsvLogParser((record) => found.push(record));
    parser.line(row(columns));
    expect(found).toMatchObject([
      { user: 'u', database: 'd', pid: 42, message: 'duration: 5.000 ms  statement: x' },
    ]);
    expect(parser.unreadable).toBe(0);
  });

  it('counts what is no record', () => {
    const parser = new CsvLogParser(() => undefined);
    for (const line of [row(20), 'nonsense', '', '2026-01-01 00:00:00.000 UTC,"open']) parser.line(line);
    parser.end();
    expect(parser.unreadable).toBe(4);
  });
});

describe('a reader', () => {
  const stderr = (lines: string) => {
    const collector = new SlowCollector({ thresholdMs: 1, limit: 0, sinceMs: null, timeZone: null });
    const reader = new LogReader('stderr', collector.take, '%m [%p] ');
    reader.take(Buffer.from(lines));
    reader.end();
    return { slow: collector.slowest(), reader };
  };
  const at = '2026-01-01 00:00:00.000 UTC [1] ';

  it('takes no more of a line or a record than a megabyte, and goes on after it', () => {
    const endless = `${at}LOG:  duration: 9.0 ms  statement: ${'x'.repeat(3 * LONGEST_RECORD)}\n`;
    const many = `${at}LOG:  duration: 8.0 ms  statement: y${`\n\t${'y'.repeat(1000)}`.repeat(3000)}\n`;
    const { slow } = stderr(`${endless}${many}${at}LOG:  duration: 7.0 ms  statement: z\n`);
    expect(slow.map(({ durationMs }) => durationMs)).toEqual([9, 8, 7]);
    for (const { text } of slow) expect(text?.length).toBeLessThanOrEqual(LONGEST_RECORD + 1);
  });

  it('gives a duration that stands alone no text of another session, nor that of a statement that failed', () => {
    const { slow } = stderr(
      [
        '[1] LOG:  statement: SELECT 1/0',
        '[1] ERROR:  division by zero',
        '[1] LOG:  duration: 3.0 ms',
        '[2] LOG:  statement: SELECT 2',
        '[3] LOG:  duration: 2.0 ms',
        '[2] LOG:  duration: 1.0 ms',
      ]
        .map((line) => `2026-01-01 00:00:00.000 UTC ${line}\n`)
        .join(''),
    );
    expect(slow.map(({ durationMs, text }) => [durationMs, text])).toEqual([
      [3, null],
      [2, null],
      [1, 'SELECT 2'],
    ]);
  });

  it('counts two executions of the same statement as two', () => {
    const { slow } = stderr(`${at}LOG:  duration: 5.0 ms  statement: x\n`.repeat(2));
    expect(slow.length).toBe(2);
  });

  it('knows the format by the first line', () => {
    expect(formatOf('{"timestamp":"…"}')).toBe('jsonlog');
    expect(formatOf('2026-01-01 00:00:00.000 UTC,"u","d",1')).toBe('csvlog');
    expect(formatOf('2026-01-01 00:00:00.000 UTC,,,1,,6b,1')).toBe('csvlog');
    expect(formatOf('2026-01-01 00:00:00.000 UTC [1] LOG:  x, y')).toBe('stderr');
  });
});

describe('log_line_prefix', () => {
  it.each([
    ['%-10u|%5p|', 'bob       |   42|LOG:  x', { user: 'bob', pid: '42' }],
    ['%% (.*) %p:', '% (.*) 42:LOG:  x', { pid: '42' }],
    ['%m [%p] %q%u@%d ', '2026-01-01 00:00:00.000 UTC [42] LOG:  x', { pid: '42' }],
    ['%m [%p] %q%u@%d ', '2026-01-01 00:00:00.000 UTC [42] a@b LOG:  00000: x', { user: 'a', database: 'b' }],
    ['%n %c %x ', '1795283806.477 6b01db5e.1800 0 LOG:  x', { session: '6b01db5e.1800' }],
    ['%t %m %p ', '2026-01-01 00:00:00 +03 2026-01-01 00:00:00.000 +03 42 LOG:  x', { pid: '42' }],
    ['', 'LOG:  x', { severity: 'LOG' }],
    ['%r ', '::1(5432) LOG:  x', { remote: '::1(5432)' }],
  ])('%s reads %s', (prefix, line, groups) => {
    expect(prefixPattern(prefix).exec(line)?.groups).toMatchObject(groups);
  });

  it('does not read lines of another', () => {
    expect(prefixPattern('%m [%p] ').test('42 LOG:  duration: 1 ms')).toBe(false);
  });
});
