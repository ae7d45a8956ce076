import { describe, expect, it } from 'vitest';
import { closedObject } from '../../../src/core/schema.js';
import { counter, gauge, key, time } from '../../../src/inspect/column.js';
import { computeRates, type Moment } from '../../../src/inspect/delta.js';
import { defineSection, type Row } from '../../../src/inspect/section.js';

const section = defineSection({
  id: 'sample',
  title: 'A view with a counter, a gauge and a reset',
  scope: 'cluster',
  reads: 'statistics',
  parameters: [],
  order: 'by name',
  needs: [],
  row: closedObject({
    name: key('name'),
    calls: counter('calls'),
    size_bytes: gauge('size'),
    stats_reset: time('last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [{ since: 12, sql: 'SELECT 1' }],
});

const RESET = '2026-01-01T00:00:00.000Z';
const calm: Moment = {
  startedAt: '2025-12-01T00:00:00.000Z',
  systemIdentifier: '7710547988707736846',
  timeline: 1,
  inRecovery: false,
  extensionVersion: '1.11',
};

function sampleAt(second: number, ...rows: Row[]) {
  return { sampled_at: `2026-01-02T00:00:${String(second).padStart(2, '0')}.000Z`, stats_reset: RESET, rows };
}

function row(name: string, calls: number | bigint | null, reset: string | null = RESET): Row {
  return { name, calls, size_bytes: 8192, stats_reset: reset };
}

function rates(before: Row[], after: Row[], later: Partial<Moment> = {}) {
  return computeRates(section, sampleAt(0, ...before), sampleAt(10, ...after), [calm, { ...calm, ...later }]);
}

describe('rates between two samples', () => {
  it('divides what a counter grew by the seconds between, and keeps keys and gauges of the second sample', () => {
    expect(rates([row('a', 100)], [row('a', 150)])).toEqual({
      interval_ms: 10_000,
      databases: [],
      rows: [{ name: 'a', size_bytes: 8192, stats_reset: RESET, calls_per_s: 5 }],
      void: [],
    });
  });

  it('takes the difference of counters beyond 2^53 before it makes them JSON numbers', () => {
    const before = 9_007_199_254_740_993n;
    expect(rates([row('a', before)], [row('a', before + 10n)]).rows[0]?.['calls_per_s']).toBe(1);
    expect(rates([row('a', 9_007_199_254_740_991)], [row('a', before)]).rows[0]?.['calls_per_s']).toBe(0.2);
  });

  it('gives null for a counter that one of the samples does not know', () => {
    const computed = rates([row('a', null)], [row('a', 5)]);
    expect(computed.rows[0]?.['calls_per_s']).toBeNull();
    expect(computed.void).toEqual([]);
  });

  it.each([
    ['a reset of the row', rates([row('a', 100)], [row('a', 150, '2026-01-02T00:00:05.000Z')]), 'reset'],
    ['a first reset', rates([row('a', 100, null)], [row('a', 150)]), 'reset'],
    ['a counter that went down', rates([row('a', 100)], [row('a', 99)]), 'negative'],
    ['a row that is new', rates([], [row('a', 99)]), 'not_sampled'],
    [
      'a restart',
      rates([row('a', 1)], [row('a', 9)], { startedAt: '2026-01-02T00:00:04.000Z' }),
      'restarted',
    ],
    ['another timeline', rates([row('a', 1)], [row('a', 9)], { timeline: 2 }), 'failover'],
    ['another role', rates([row('a', 1)], [row('a', 9)], { inRecovery: true }), 'failover'],
    ['another cluster', rates([row('a', 1)], [row('a', 9)], { systemIdentifier: '1' }), 'failover'],
    [
      'an upgraded extension',
      rates([row('a', 1)], [row('a', 9)], { extensionVersion: '1.12' }),
      'extension_upgraded',
    ],
  ])('%s makes the rate null and says so', (_what, computed, reason) => {
    expect(computed.rows[0]?.['calls_per_s']).toBeNull();
    expect(computed.void).toEqual([{ reason, rows: 1, message: expect.any(String) as string }]);
  });

  it('divides by the interval of the row’s own database, where databases were read in turn', () => {
    const inDatabase = (database: string, calls: number): Row => ({ ...row(database, calls), database });
    const computed = computeRates(
      section,
      sampleAt(0, inDatabase('a', 100), inDatabase('b', 100)),
      sampleAt(10, inDatabase('a', 150), inDatabase('b', 150)),
      [calm, calm],
      new Map([
        ['a', 10_000],
        ['b', 20_000],
      ]),
    );
    expect(computed.rows.map((one) => one['calls_per_s'])).toEqual([5, 2.5]);
    expect(computed.databases).toEqual([
      { database: 'a', interval_ms: 10_000 },
      { database: 'b', interval_ms: 20_000 },
    ]);
  });

  it('does not guess which of two rows that look alike is which', () => {
    const computed = rates([row('a', 1), row('a', 2)], [row('a', 11), row('b', 1)]);
    expect(computed.void.map(({ reason, rows }) => [reason, rows])).toEqual([
      ['ambiguous_key', 1],
      ['not_sampled', 1],
    ]);
  });

  it('judges each row by itself', () => {
    const computed = rates([row('a', 100), row('b', 7)], [row('b', 17), row('a', 90)]);
    expect(computed.rows.map((one) => one['calls_per_s'])).toEqual([1, null]);
    expect(computed.void.map(({ reason, rows }) => [reason, rows])).toEqual([['negative', 1]]);
  });
});
