import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Envelope } from '../../../src/output/envelope.js';
import { FORMATS, render } from '../../../src/output/render.js';
import { envelopeOf } from './envelopes.js';

const GOLDEN = resolve(import.meta.dirname, '../../golden/render');

const ANSWER = envelopeOf(
  {
    mode: 'instant',
    interval_ms: null,
    sections: {
      pg_stat_wal: { status: 'ok', rows: [{ wal_records: 7, stats_reset: null }] },
      pg_stat_activity: {
        status: 'partial',
        reason: 'no_privilege',
        rows: [
          { pid: 12, query: 'SELECT 1\n\tFROM t | <b>', wait: null, blocked_by: [3, 4] },
          { pid: 13, query: 'x\u001b[31m\u202e', wait: 'Lock', state: 'active' },
        ],
      },
      pg_locks: { status: 'ok', rows: [] },
    },
  },
  { warnings: [{ code: 'section_skipped', message: 'no view', hint: null, subject: 'pg_stat_io' }] },
);

const FAILURE = envelopeOf(null, {
  ok: false,
  error: {
    code: 'connection_refused',
    message: 'nothing listens at 127.0.0.1:1',
    hint: 'Start it.',
    retryable: true,
    details: { hosts: ['127.0.0.1'] },
  },
});

const CASES: readonly (readonly [string, Envelope])[] = [
  ['answer', ANSWER],
  ['failure', FAILURE],
];

const ENDINGS = { json: 'json', yaml: 'yaml', table: 'txt', markdown: 'md' } as const;

describe.each(CASES)('rendering an %s', (name, envelope) => {
  it.each(FORMATS)('as %s', async (format) => {
    const text = await render(envelope, format, false);
    expect(text.endsWith('\n')).toBe(true);
    await expect(text).toMatchFileSnapshot(`${GOLDEN}/${name}.${ENDINGS[format]}`);
  });
});

describe('JSON', () => {
  it('is one line, or indented for a terminal, of the same content', async () => {
    const [line, indented] = await Promise.all([render(ANSWER, 'json', false), render(ANSWER, 'json', true)]);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(indented.split('\n').length).toBeGreaterThan(10);
    expect(JSON.parse(line)).toEqual(JSON.parse(indented));
  });
});

describe('a table that no terminal is wide enough for', () => {
  const text = 'x'.repeat(150);
  const rows = [
    { name: 'work_mem', why: text, line: null, evidence: { ram_bytes: 7, deep: { a: null, b: [1] } } },
    { name: 'jit', why: 'y', line: 3 },
  ];

  it('is written row by row, with objects taken apart and without what is null', async () => {
    expect(await render(envelopeOf({ rows }), 'table', false)).toContain(
      [
        'rows',
        'name                work_mem',
        `why                 ${text}`,
        'evidence.ram_bytes  7',
        'evidence.deep.b     [1]',
        '',
        'name  jit',
        'why   y',
        'line  3',
      ].join('\n'),
    );
  });

  it('stays a table in Markdown, and up to 160 characters', async () => {
    expect(await render(envelopeOf({ rows }), 'markdown', false)).toContain('| name     | why');
    const narrow = [{ name: 'work_mem', why: 'x'.repeat(146) }];
    expect(await render(envelopeOf({ rows: narrow }), 'table', false)).toMatch(/^name +why/m);
    const wide = [{ name: 'work_mem', why: 'x'.repeat(149) }];
    expect(await render(envelopeOf({ rows: wide }), 'table', false)).toMatch(/^name {2}work_mem$/m);
  });
});

describe('what a server says', () => {
  it.each(FORMATS.filter((format) => format !== 'json'))(
    'cannot move the cursor or hide text in %s',
    async (format) => {
      const text = await render(ANSWER, format, false);
      // eslint-disable-next-line no-control-regex -- finding control characters is what it is for
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(text).toContain('u001b');
      expect(text).toContain('u202e');
    },
  );

  it('is unchanged in YAML but for what is unprintable', async () => {
    const { data } = parse(await render(ANSWER, 'yaml', false)) as Envelope;
    const sections = data?.['sections'] as Record<string, { rows: unknown[] }>;
    expect(sections['pg_stat_activity']?.rows[0]).toEqual({
      pid: 12,
      query: 'SELECT 1\n\tFROM t | <b>',
      wait: null,
      blocked_by: [3, 4],
    });
  });
});
