import { describe, expect, it } from 'vitest';
import { baselineReport, type ReportInput } from '../../../../src/report/baseline/baselineReport.js';
import { verdictOf } from '../../../../src/report/baseline/verdict.js';
import { baselineWith, hostileInput } from '../../../support/baselineReportInput.js';

function alone(after: ReportInput['after'] = baselineWith()): ReportInput {
  return { ...hostileInput(), before: null, after, diff: null, series: [], queryRates: null, notes: [] };
}

describe('what a report says', () => {
  it('tells findings new, gone and still there, the worst first', () => {
    const { findings } = baselineReport(hostileInput());
    expect(findings?.new?.map(({ severity }) => severity)).toEqual(['critical', 'warning']);
    expect(findings?.gone?.map(({ id }) => id)).toEqual(['checkpoints:setting:max_wal_size']);
    expect(findings?.still.map(({ id }) => id)).toEqual(['unused-index:index:shop.orders_note_idx']);
  });

  it('calls nothing new with one baseline, or where the earlier one did not look', () => {
    const { after } = hostileInput();
    expect(baselineReport(alone(after)).findings).toMatchObject({
      new: null,
      gone: null,
      still: [{}, {}, {}],
    });
    const blind = { ...hostileInput(), before: baselineWith() };
    expect(baselineReport(blind).findings).toMatchObject({ new: null, gone: null });
  });

  it('ranks queries by what they took between the baselines, as shares of all', () => {
    const { queries } = baselineReport(hostileInput());
    expect(queries).toMatchObject({ of: 'between', spanMs: 86_400_000, statements: 5, leftOut: 0 });
    expect(queries?.top.map(({ queryid }) => queryid)).toEqual(['4711', '815', '42', '7', '8']);
    expect(queries?.top[0]?.share).toBeCloseTo(41.2 / 52.2, 6);
    expect(queries?.top[0]?.calls).toBe(77_760);
    expect(queries?.top[0]?.meanMs).toBeCloseTo(41.2 / 0.9, 6);
  });

  it('leaves out statements without a rate, and falls back on the time since the reset', () => {
    const input = hostileInput();
    const rows = input.queryRates?.rows ?? [];
    const half = rows.map((row, i) => (i < 2 ? { ...row, total_exec_time_ms_per_s: null } : row));
    const some = baselineReport({ ...input, queryRates: { of: 'between', intervalMs: 1000, rows: half } });
    expect(some.queries).toMatchObject({ of: 'between', leftOut: 2, statements: 3 });
    const none = baselineReport({ ...input, queryRates: null });
    expect(none.queries).toMatchObject({
      of: 'since_reset',
      since: '2026-01-01T00:00:00.000Z',
      statements: 5,
    });
    expect(none.queries?.top[0]).toMatchObject({ queryid: '4711', calls: 90_000 });
  });

  it('tells the largest growth first, by oid, so that a renamed table is the same', () => {
    const { relations } = baselineReport(hostileInput());
    expect(relations.map(({ kind, name }) => `${kind} ${name.slice(0, 16)}`)).toEqual([
      'table shop.orders',
      'index shop.orders_pkey',
      'table shop."""><img sr',
      'table shop.customers',
    ]);
    expect(relations[0]).toMatchObject({ bytes: 6.2 * 1024 ** 3, bytesBefore: 5.8 * 1024 ** 3 });
  });

  it('tells the limits of the diff, with the forecast of the trend where that has one', () => {
    const { limits } = baselineReport(hostileInput());
    expect(limits.map(({ type, value, at, rateKnown }) => [type, value, at, rateKnown])).toEqual([
      ['sequence', 0.93, '2026-03-21T04:00:00.000Z', true],
      ['server', 78, null, true],
      ['replication_slot', 14 * 1024 ** 3, '2026-03-12T12:17:00.000Z', true],
      ['database', 181_000_000, null, false],
    ]);
  });

  it('tells the limits that a single baseline stands at, without a date', () => {
    const { limits } = baselineReport(alone(hostileInput().after));
    expect(limits.map(({ type, object, at }) => [type, object, at])).toEqual([
      ['sequence', 'shop.orders_id_seq', null],
      ['server', 'server', null],
      ['sequence', 'shop.customers_id_seq', null],
      ['database', 'shop', null],
      ['database', 'template1', null],
    ]);
  });

  it('draws the forest of locks, deep and wide as it is, within bounds', () => {
    const deep = (left: number): object => ({ pid: left, blocks: left === 0 ? [] : [deep(left - 1)] });
    const wide = Array.from({ length: 40 }, (_, pid) => ({ pid, blocks: [] }));
    const of = (roots: readonly object[]) =>
      baselineReport(
        alone(baselineWith({ analyses: { locks: { roots, waiting: [], totals: { waiting: 40 } } } })),
      ).locks;
    const depth = (node: { readonly blocks: readonly unknown[] } | undefined): number =>
      node === undefined
        ? 0
        : 1 + depth(node.blocks[0] as { readonly blocks: readonly unknown[] } | undefined);
    expect(depth(of([deep(30)])?.roots[0])).toBe(9);
    expect(of(wide)?.roots).toHaveLength(12);
    expect(baselineReport(hostileInput()).locks).toMatchObject({
      waiting: 3,
      roots: [{ title: 'pid 4100', ageMs: 7_440_000, blocks: [{ title: 'pid 4200', blocks: [{}] }, {}] }],
    });
  });

  it('tells what was not seen: void views, groups that are missing, failed and skipped parts', () => {
    const input = hostileInput();
    const { config: _config, ...rest } = input.after.sections;
    const views = {
      pg_locks: {
        ...input.after.sections.locks?.views['pg_locks'],
        status: 'skipped',
        reason: 'no_privilege',
        message: null,
      },
    };
    const sections = { ...rest, locks: { ...input.after.sections.locks, views } };
    const analyses = {
      ...input.after.analyses,
      bloat: { status: 'failed', message: 'canceled', data: null },
    };
    const after = { ...input.after, sections, analyses } as unknown as ReportInput['after'];
    const told = baselineReport({ ...input, after }).unseen.map(({ what, why }) => `${what}: ${why}`);
    expect(told).toContain(
      'io: pg_stat_wal: the statistics were reset between the samples (1 row); its rates are empty',
    );
    expect(told).toContain('config: the later baseline was taken without them (--sections)');
    expect(told).toContain('locks: pg_locks: no privilege');
    expect(told).toContain('bloat: canceled');
    expect(told).toContain('vacuum health: tables of other databases are not seen');
  });

  it('reads a document that a stranger wrote without falling over', () => {
    const strange = baselineWith({
      analyses: {
        check: { findings: [null, 7, { title: 5 }], not_evaluated: 'none' },
        locks: { roots: {}, long_transactions: [{}] },
        bloat: { tables: [{ bloat_bytes: 'much' }] },
        vacuum_health: { tables: [{ issues: 'all' }], databases: [{ xid: null }] },
        tune: {},
        index_health: { indexes: [{}] },
      },
      statements: [{ query: 1, calls: 'x' }],
      tables: [{ relname: null, size_bytes: Number.POSITIVE_INFINITY }],
    });
    const report = baselineReport(alone(strange));
    expect(report.findings?.still).toHaveLength(1);
    expect(report.queries?.top).toEqual([]);
    expect(report.relations).toEqual([]);
  });
});

describe('the verdict', () => {
  it('tells the worst first', () => {
    expect(verdictOf(baselineReport(hostileInput()))).toMatchObject({
      level: 'bad',
      sentence:
        '5 regressions (2 of them findings), 2 new findings, 1 finding gone, 2 settings changed, 1 reset of statistics.',
    });
  });

  it('is good on a quiet night, and says so', () => {
    const { diff, before, ...input } = hostileInput();
    if (diff === null) throw new Error('the fixture has a diff');
    const quiet = {
      ...diff,
      changes: [],
      events: [],
      void: [],
      summary: { changes: 0, regressions: 0, unusual: 0, sections: [] },
    };
    expect(verdictOf(baselineReport({ ...input, diff: quiet, before: input.after }))).toMatchObject({
      level: 'good',
      sentence: 'No regression. Nothing changed that is worth a line.',
    });
    expect(before).not.toBeNull();
  });

  it('has nothing to compare with one baseline', () => {
    const { level, sentence } = verdictOf(baselineReport(alone(hostileInput().after)));
    expect(level).toBe('bad');
    expect(sentence).toBe(
      'One baseline only, so there is nothing to compare with. 3 findings: 1 critical, 1 warning.',
    );
    expect(verdictOf(baselineReport(alone())).sentence).toContain('The check was not run.');
  });
});
