import { describe, expect, it } from 'vitest';
import type { Moment } from '../../../src/inspect/delta.js';
import type { Row } from '../../../src/inspect/section.js';
import { pgStatStatements } from '../../../src/inspect/sections/pg_stat_statements.js';
import { shownText } from '../../../src/query/queryText.js';
import { judgeEvictions } from '../../../src/query/top/evictions.js';
import { entryKey } from '../../../src/query/top/statementTexts.js';
import { measure, rank, topAnswer, type TopSample, type TopWish } from '../../../src/query/top/top.js';
import type { TopData } from '../../../src/query/top/topData.js';

const RESET = '2026-01-01T00:00:00.000Z';
const WISH: TopWish = {
  sort: 'total_time',
  limit: 100,
  group: null,
  databases: [],
  users: [],
  minCalls: 0,
  fullText: false,
};
const MOMENT: Moment = {
  startedAt: '2025-12-01T00:00:00.000Z',
  systemIdentifier: '7710547988707736846',
  timeline: 1,
  inRecovery: false,
  extensionVersion: '1.11',
};
const NOTHING = Object.fromEntries(Object.keys(pgStatStatements.row.properties).map((name) => [name, null]));

function entry(queryid: string | null, calls: number, ms: number, more: Row = {}): Row {
  return {
    ...NOTHING,
    ...{
      userid: 10,
      usename: 'ann',
      dbid: 5,
      datname: 'app',
      toplevel: true,
      queryid,
      visible: queryid !== null,
    },
    ...{ calls, total_exec_time_ms: ms, max_exec_time_ms: ms, min_exec_time_ms: 1, rows: calls },
    ...{ stats_reset: RESET, stats_since: RESET, minmax_stats_since: RESET },
    ...more,
  };
}

function sample(second: number, rows: readonly Row[], more: Partial<TopSample> = {}): TopSample {
  const sampled_at = `2026-01-02T00:00:${String(second).padStart(2, '0')}.000Z`;
  return {
    statements: { sampled_at, stats_reset: RESET, rows: [...rows] },
    dealloc: 0,
    maxEntries: 5000,
    moment: MOMENT,
    ...more,
  };
}

function top(
  wish: Partial<TopWish>,
  last: TopSample,
  first: TopSample | null = null,
  texts = new Map<string, string>(),
): TopData {
  const whole = { ...WISH, ...wish };
  return topAnswer(whole, rank(whole, measure(whole, last, first), texts), texts, []);
}

const ids = ({ statements }: TopData) => statements.map(({ queryid }) => queryid);

describe('one sample', () => {
  const rows = [
    entry('1', 10, 100, { temp_read_bytes: 8192, temp_written_bytes: 8192 }),
    entry('2', 1, 300, { wal_bytes: 5, shared_hit_bytes: 3, shared_read_bytes: 1 }),
    entry('3', 100, 200, { datname: 'other', dbid: 6, total_plan_time_ms: 250 }),
  ];

  it('ranks by what is asked for; planning belongs to the total time', () => {
    expect(ids(top({}, sample(0, rows)))).toEqual(['3', '2', '1']);
    expect(ids(top({ sort: 'calls' }, sample(0, rows)))).toEqual(['3', '1', '2']);
    expect(ids(top({ sort: 'mean_time' }, sample(0, rows)))).toEqual(['2', '1', '3']);
    expect(ids(top({ sort: 'temp', limit: 1 }, sample(0, rows)))).toEqual(['1']);
    expect(ids(top({ sort: 'wal', limit: 1 }, sample(0, rows)))).toEqual(['2']);
  });

  it('tells shares of what the filters leave, and what the limit cut', () => {
    const data = top({ databases: ['app'], limit: 1 }, sample(0, rows));
    expect(data.statements).toMatchObject([
      { queryid: '2', share_ratio: 0.75, hit_ratio: 0.75, mean_time_ms: 300 },
    ]);
    expect(data).toMatchObject({
      truncated: { shown: 1, total: 2 },
      total: { entries: 2, total_time_ms: 400 },
    });
    expect(ids(top({ users: ['bob'] }, sample(0, rows)))).toEqual([]);
    expect(ids(top({ minCalls: 10 }, sample(0, rows)))).toEqual(['3', '1']);
  });

  it('leaves unknown what the server does not count, and never makes it 0', () => {
    expect(top({}, sample(0, [rows[0] ?? {}])).statements[0]).toMatchObject({
      ...{ wal_bytes: null, jit_time_ms: null, plan_time_ms: null, hit_ratio: null, io_time_ms: null },
      temp_bytes: 16384,
    });
  });

  it('says when it cannot rank by what is asked for', () => {
    const old = sample(0, rows, { moment: { ...MOMENT, extensionVersion: '1.7' } });
    expect(top({ sort: 'wal' }, old).limitations).toMatchObject([
      { subject: '--sort wal', reason: 'server_too_old' },
    ]);
    const unplanned = sample(0, rows.slice(0, 2));
    expect(top({ sort: 'plan_time' }, unplanned).limitations).toMatchObject([{ reason: 'setting_off' }]);
    expect(top({ sort: 'plan_time' }, sample(0, rows)).limitations).toEqual([]);
  });
});

describe('entries put together', () => {
  const rows = [
    entry('1', 1, 10),
    entry('1', 2, 30, { userid: 11, usename: 'bob', max_exec_time_ms: 25 }),
    entry('9', 3, 5, { dbid: 6, datname: 'other' }),
    entry(null, 4, 50, { userid: 12, usename: 'eve' }),
    entry(null, 5, 60, { userid: 12, usename: 'eve' }),
  ];
  const texts = new Map([
    [entryKey(rows[0] ?? {}), 'SELECT $1'],
    [entryKey(rows[1] ?? {}), 'select 1'],
    [entryKey(rows[2] ?? {}), 'SELECT /* other */ $1'],
  ]);

  it('of one queryid, over users', () => {
    const data = top({ group: 'queryid' }, sample(0, rows), null, texts);
    expect(data.statements.map(({ queryid, entries }) => [queryid, entries])).toEqual([
      [null, 1],
      [null, 1],
      ['1', 2],
      ['9', 1],
    ]);
    expect(data.statements[2]).toMatchObject({
      ...{ user: null, users: ['bob', 'ann'], database: 'app', calls: 3, total_time_ms: 40, max_time_ms: 25 },
      ...{ query: 'select 1', query_state: 'whole' },
    });
  });

  it('of one text, over databases and queryids; what is hidden is never put together', () => {
    const data = top({ group: 'fingerprint' }, sample(0, rows), null, texts);
    expect(data.statements.map(({ entries, calls }) => [entries, calls])).toEqual([
      [1, 5],
      [1, 4],
      [3, 6],
    ]);
    expect(data.statements[2]).toMatchObject({
      queryids: ['1', '9'],
      databases: ['app', 'other'],
      database: null,
    });
    expect(data.statements[0]).toMatchObject({
      query: null,
      query_state: 'no_privilege',
      visible: false,
      user: 'eve',
    });
    expect(data.total.hidden_entries).toBe(2);
  });
});

describe('two samples', () => {
  const first = sample(0, [entry('1', 10, 100), entry('2', 5, 50), entry('3', 7, 70)]);

  it('ranks by what was done between them; what did nothing is left out', () => {
    const last = sample(10, [entry('1', 11, 120), entry('2', 25, 90), entry('3', 7, 70)]);
    const data = top({}, last, first);
    expect(data).toMatchObject({ mode: 'delta', interval_ms: 10_000, void: [] });
    expect(data.statements).toMatchObject([
      {
        queryid: '2',
        calls: 20,
        total_time_ms: 40,
        mean_time_ms: 2,
        calls_per_s: 2,
        time_ms_per_s: 4,
        change: 'grown',
      },
      { queryid: '1', calls: 1, total_time_ms: 20, max_time_ms: null, min_time_ms: null },
    ]);
    expect(data.statements.length).toBe(2);
  });

  it('counts in full what was not there before: it counted all of it in the interval', () => {
    const last = sample(10, [entry('4', 3, 30, { stats_since: '2026-01-02T00:00:05.000Z' })]);
    expect(top({}, last, first).statements).toMatchObject([
      { queryid: '4', calls: 3, change: 'new', calls_per_s: 0.3 },
    ]);
  });

  it('takes differences of counters beyond 2^53 before it rounds them', () => {
    const wide = (calls: bigint) =>
      sample(calls === 9_007_199_254_740_993n ? 0 : 10, [entry('1', 0, 1, { calls })]);
    const data = top({}, wide(9_007_199_254_740_995n), wide(9_007_199_254_740_993n));
    expect(data.statements[0]?.calls).toBe(2);
  });

  const EVENTS: readonly [string, Partial<TopSample>, string][] = [
    ['a restart', { moment: { ...MOMENT, startedAt: '2026-01-02T00:00:03.000Z' } }, 'restarted'],
    ['a failover', { moment: { ...MOMENT, timeline: 2 } }, 'failover'],
    [
      'an upgrade of the extension',
      { moment: { ...MOMENT, extensionVersion: '1.12' } },
      'extension_upgraded',
    ],
  ];
  it.each(EVENTS)('%s makes every number null', (_what, more, reason) => {
    const last = sample(10, [entry('1', 11, 120), entry('4', 1, 1)], more);
    const data = top({}, last, first);
    expect(data.void).toMatchObject([{ reason, entries: 2 }]);
    expect(data.statements).toMatchObject([
      { calls: null, total_time_ms: null, change: 'void' },
      { calls: null, total_time_ms: null, change: 'void' },
    ]);
    expect(data.total.total_time_ms).toBeNull();
  });

  it('a reset makes every number null, of new entries too: what was counted before it is lost', () => {
    const reset = '2026-01-02T00:00:05.000Z';
    const rows = [entry('1', 50, 500, { stats_reset: reset }), entry('4', 1, 1, { stats_reset: reset })];
    const last = sample(10, rows, { statements: { ...sample(10, rows).statements, stats_reset: reset } });
    expect(top({}, last, first).statements.map(({ calls }) => calls)).toEqual([null, null]);
  });

  it('an entry that was thrown out and came back is void by its stats_since, or by a counter that went down', () => {
    const reborn = sample(10, [entry('1', 12, 130, { stats_since: '2026-01-02T00:00:05.000Z' })]);
    expect(top({}, reborn, first)).toMatchObject({
      void: [{ reason: 'reset' }],
      statements: [{ calls: null }],
    });
    const lower = sample(10, [entry('1', 2, 10)]);
    expect(top({}, lower, first)).toMatchObject({
      void: [{ reason: 'negative' }],
      statements: [{ calls: null }],
    });
  });

  it('what is hidden is void: another entry may have taken its place', () => {
    const hidden = (second: number, calls: number) =>
      sample(second, [entry(null, calls, calls), entry('1', calls, calls)]);
    const data = top({}, hidden(10, 9), hidden(0, 4));
    expect(data.statements).toMatchObject([
      { queryid: '1', calls: 5 },
      { queryid: null, calls: null, change: 'void' },
    ]);
    expect(data.void).toMatchObject([{ reason: 'ambiguous_key', entries: 1 }]);
    expect(data.total.total_time_ms).toBe(5);
  });

  it('says of a group which of its entries are not counted', () => {
    const bob = { userid: 11, usename: 'bob' };
    const before = sample(0, [entry('1', 1, 1), entry('1', 50, 50, bob)]);
    const after = sample(10, [
      entry('1', 4, 4),
      entry('1', 2, 2, { ...bob, stats_since: '2026-01-02T00:00:05.000Z' }),
    ]);
    expect(top({ group: 'queryid' }, after, before).statements).toMatchObject([
      { calls: 3, change: 'partly_void', entries: 2 },
    ]);
  });

  it('counts evictions of the interval alone', () => {
    const data = top({}, sample(10, [entry('1', 11, 120)], { dealloc: 7 }), { ...first, dealloc: 7 });
    expect(data.evicted).toMatchObject({ count: 0, doubtful: false });
  });
});

describe('evictions', () => {
  it('make the ranking doubtful once a tenth of what is held was thrown out', () => {
    expect(judgeEvictions(0, 4000, 5000)).toMatchObject({ count: 0, doubtful: false, reason: null });
    expect(judgeEvictions(1, 4800, 5000)).toMatchObject({ evicted_entries_estimate: 250, doubtful: false });
    expect(judgeEvictions(2, 4800, 5000)).toMatchObject({ evicted_entries_estimate: 500, doubtful: true });
    expect(judgeEvictions(1, 95, 100)).toMatchObject({ evicted_entries_estimate: 10, doubtful: true });
  });

  it('are unknown before 1.9, and likely when the table is full', () => {
    expect(judgeEvictions(null, 100, 5000)).toMatchObject({ count: null, doubtful: null });
    expect(judgeEvictions(null, 4990, 5000)).toMatchObject({ count: null, doubtful: true });
  });
});

it('cuts texts between characters', () => {
  expect(shownText('x'.repeat(500), false)).toEqual({ query: 'x'.repeat(500), query_state: 'whole' });
  expect(shownText(`${'x'.repeat(499)}😀`, false)).toEqual({ query: 'x'.repeat(499), query_state: 'cut' });
  expect(shownText('x'.repeat(501), true).query_state).toBe('whole');
});
