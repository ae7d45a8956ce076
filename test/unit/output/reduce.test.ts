import { describe, expect, it } from 'vitest';
import { fitInto, LEAST_MAX_BYTES, pickFields, summarize } from '../../../src/output/reduce.js';
import { envelopeOf } from './envelopes.js';

const DATA = {
  mode: 'instant',
  sections: {
    a: {
      status: 'ok',
      rows: [
        { id: 1, name: 'x' },
        { id: 2, name: 'y' },
      ],
    },
    b: { status: 'skipped', rows: [] },
  },
  none: null,
};

describe('--fields', () => {
  it.each([
    [['mode'], { mode: 'instant' }],
    [['sections.a.status'], { sections: { a: { status: 'ok' } } }],
    [['sections.a.rows.id'], { sections: { a: { rows: [{ id: 1 }, { id: 2 }] } } }],
    [
      ['sections.a.rows.id', 'sections.a.rows.name', 'mode'],
      {
        mode: 'instant',
        sections: {
          a: {
            rows: [
              { id: 1, name: 'x' },
              { id: 2, name: 'y' },
            ],
          },
        },
      },
    ],
    [['none.below'], { none: null }],
    [['sections.b.rows.whatever'], { sections: { b: { rows: [] } } }],
  ])('%j', (paths, picked) => {
    expect(pickFields(DATA, paths)).toEqual(picked);
  });

  it('lists what there is when a path names nothing', () => {
    expect(() => pickFields(DATA, ['sections.c'])).toThrow(
      expect.objectContaining({ code: 'usage', hint: 'In its place there are: a, b.' }) as Error,
    );
  });

  it.each([['mode.below'], ['toString'], ['sections.constructor'], ['']])('refuses %j', (path) => {
    expect(() => pickFields(DATA, [path])).toThrow(expect.objectContaining({ code: 'usage' }) as Error);
  });

  it('leaves the data as it was', () => {
    const before = structuredClone(DATA);
    pickFields(DATA, ['sections.a.rows.id', 'sections.a.rows.name']);
    expect(DATA).toEqual(before);
  });
});

describe('--summary', () => {
  it('counts in place of lists', () => {
    expect(summarize(DATA)).toEqual({
      mode: 'instant',
      sections: { a: { status: 'ok', rows: { count: 2 } }, b: { status: 'skipped', rows: { count: 0 } } },
      none: null,
    });
  });
});

describe('--max-bytes', () => {
  const size = (value: unknown): number => Buffer.byteLength(`${JSON.stringify(value)}\n`);
  const rows = (count: number, width: number): object[] =>
    Array.from({ length: count }, (_, n) => ({ n, text: 'ä'.repeat(width) }));

  it('leaves alone what fits', () => {
    const envelope = envelopeOf({ rows: rows(3, 5) });
    expect(fitInto(envelope, size(envelope))).toBe(envelope);
  });

  it('cuts the longest lists and tells what was cut', () => {
    const envelope = envelopeOf({ long: rows(1000, 10), short: rows(3, 10) });
    const { data, warnings, meta } = fitInto(envelope, 8000);
    expect((data?.['short'] as unknown[]).length).toBe(3);
    const shown = (data?.['long'] as unknown[]).length;
    expect(shown).toBeGreaterThan(50);
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'output_truncated',
        subject: 'long',
        message: `--max-bytes: ${String(shown)} of 1000 elements are shown`,
      }),
    ]);
    expect(meta.data_schema).toBeNull();
  });

  it('drops data that cannot be cut', () => {
    const { data, warnings } = fitInto(envelopeOf({ text: 'x'.repeat(10_000) }), LEAST_MAX_BYTES);
    expect(data).toBeNull();
    expect(warnings).toEqual([expect.objectContaining({ code: 'output_truncated', subject: 'data' })]);
  });

  const warning = { code: 'c', message: 'm'.repeat(500), hint: null, subject: null };

  it.each([
    ['many rows', envelopeOf({ rows: rows(5000, 20) })],
    ['wide rows', envelopeOf({ rows: rows(5, 5000) })],
    [
      'many lists',
      envelopeOf(
        Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`list_${String(n)}`, rows(5, 5)])),
      ),
    ],
    ['lists in lists', envelopeOf({ rows: rows(50, 5).map((row) => ({ ...row, below: rows(50, 5) })) })],
    ['one long text', envelopeOf({ text: '数'.repeat(50_000) })],
    [
      'many warnings',
      envelopeOf({ rows: rows(50, 5) }, { warnings: Array.from({ length: 50 }, () => warning) }),
    ],
    ['many warnings alone', envelopeOf(null, { warnings: Array.from({ length: 50 }, () => warning) })],
    [
      'a long error',
      envelopeOf(null, {
        ok: false,
        error: {
          code: 'server_error',
          message: 'm'.repeat(9000),
          hint: '',
          retryable: false,
          details: { text: 'x'.repeat(9000) },
        },
      }),
    ],
  ])('never gives more than asked for: %s', (_what, envelope) => {
    for (const limit of [LEAST_MAX_BYTES, 5000, 10_000, 33_333]) {
      expect(size(fitInto(envelope, limit)), String(limit)).toBeLessThanOrEqual(limit);
    }
  });
});
