import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BaselineDiff, Change } from '../../src/baseline/diffData.js';
import type { TrendSeries } from '../../src/baseline/trendData.js';
import { diffsOf } from '../support/nights/diffs.js';
import { storedNights } from '../support/nights/history.js';
import { DAY_MS, FIRST_NIGHT } from '../support/nights/movedInTime.js';
import { FAULTS, NIGHTS, TRUTH } from '../support/nights/script.js';
import { runCli } from '../support/runCli.js';

type Diff = Pick<BaselineDiff, 'basis' | 'spread' | 'events' | 'void' | 'changes'>;

/** What the diff of a night must call a regression: section, object and metric; of a query its first words. */
const NAMED: readonly (readonly [night: number, ...expected: readonly [string, string, string]])[] = [
  [FAULTS.indexDropped, 'indexes', 'public.orders_customer', 'presence'],
  [FAULTS.indexDropped, 'queries', 'SELECT count(*) FROM orders', 'mean_exec_time_ms'],
  [FAULTS.indexDropped, 'queries', 'SELECT count(*) FROM orders', 'shared_bytes_per_call'],
  [FAULTS.planFlipped, 'queries', 'SELECT id FROM events', 'mean_exec_time_ms'],
  [FAULTS.planFlipped, 'queries', 'SELECT id FROM events', 'shared_bytes_per_call'],
  [FAULTS.slotLeaks + 1, 'replication', 'leak', 'retained_wal_bytes'],
  [FAULTS.bloated, 'tables', 'public.sessions', 'bloat_bytes'],
  [FAULTS.bloated, 'tables', 'public.sessions', 'dead_rows'],
  [FAULTS.autovacuumOff, 'tables', 'public.archive', 'reloptions'],
];
const FAULTY = new Set<number>([...Object.values(FAULTS), FAULTS.slotLeaks + 1]);

const named = ({ section, object, metric, text }: Change): string[] => [section, text ?? object, metric];
const matches = (change: Change, [section, object, metric]: readonly string[]): boolean =>
  change.section === section &&
  change.metric === metric &&
  (change.text ?? change.object).startsWith(object ?? '');

/** When something is so many days after night 0, give or take the time that a baseline takes. */
function expectAt(told: string | null | undefined, days: number): void {
  const off = Math.abs(Date.parse(told ?? '') - (FIRST_NIGHT + days * DAY_MS));
  expect(off, `${String(told)} is not ${String(days)} days after night 0`).toBeLessThan(60_000);
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdba-nights-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function trend(home: string, ...args: string[]): Promise<TrendSeries[]> {
  const { envelope } = await runCli(['baseline', 'trend', ...args], { home });
  if (envelope.data === null) throw new Error(JSON.stringify(envelope.error));
  return (envelope.data as unknown as { series: TrendSeries[] }).series;
}

describe('thirty nights of PostgreSQL 18', () => {
  let home: string;
  let diffs: ReadonlyMap<number, Diff>;
  const diff = (night: number): Diff => {
    const found = diffs.get(night);
    if (found === undefined) throw new Error(`there is no diff of night ${String(night)}`);
    return found;
  };

  beforeAll(async () => {
    home = join(folder, '18');
    diffs = await diffsOf(await storedNights(join(home, '.pgdba'), 18, NIGHTS));
  }, 240_000);

  test.each(NAMED)('night %i: %s, %s, %s is a regression', (night, ...expected) => {
    const regressions = diff(night).changes.filter(({ regression }) => regression);
    expect(
      regressions.some((change) => matches(change, expected)),
      JSON.stringify(regressions.map(named)),
    ).toBe(true);
  });

  test('a changed setting is told, and is no regression', () => {
    const { changes } = diff(FAULTS.settingChanged);
    const [change] = changes.filter(({ section }) => section === 'config');
    expect(change).toMatchObject({ object: 'work_mem', before: '4096', after: '9216', regression: false });
  });

  test('quiet nights have no regression', () => {
    const quiet = [...diffs].filter(([night]) => !FAULTY.has(night));
    expect(quiet.length).toBeGreaterThan(14);
    for (const [night, { changes }] of quiet) {
      const regressions = changes.filter(({ regression }) => regression).map(named);
      expect(regressions, `night ${String(night)}`).toEqual([]);
    }
  });

  test('what is mended is better, and no regression', () => {
    for (const night of [FAULTS.indexBack, FAULTS.slotDropped]) {
      expect(
        diff(night)
          .changes.filter(({ regression }) => regression)
          .map(named),
        `night ${String(night)}`,
      ).toEqual([]);
    }
    const better = diff(FAULTS.planBack).changes.filter(({ effect }) => effect === 'better');
    expect(
      better.some((change) => matches(change, ['queries', 'SELECT id FROM events', 'shared_bytes_per_call'])),
    ).toBe(true);
  });

  test('whether something is unusual is told from seven earlier baselines on', () => {
    const known = (night: number): unknown[] => diff(night).changes.map(({ unusual }) => unusual);
    expect(new Set([1, 2, 3, 4, 5, 6].flatMap(known))).toEqual(new Set([null]));
    const flipped = diff(FAULTS.planFlipped).changes.filter(
      ({ metric }) => metric === 'shared_bytes_per_call',
    );
    expect(flipped.map(({ unusual }) => unusual)).toEqual([true]);
  });

  test('after a reset and after a restart rates are void, and it is said', () => {
    const reset = diff(FAULTS.statisticsReset);
    expect(new Set(reset.events.map(({ kind }) => kind))).toEqual(new Set(['reset']));
    const restarted = diff(FAULTS.restarted);
    expect(restarted.events.map(({ kind }) => kind)).toContain('restarted');
    for (const [{ void: voids, changes }, reason] of [
      [reset, 'reset'],
      [restarted, 'restarted'],
    ] as const) {
      const views = voids.filter((one) => one.reason === reason).map(({ view }) => view);
      expect(views).toEqual(expect.arrayContaining(['pg_stat_statements', 'pg_stat_user_tables']));
      expect(changes.filter(({ section }) => section === 'queries')).toEqual([]);
    }
    expect(diff(FAULTS.restarted + 1).basis.kind).not.toBe('earlier_baseline');
  });

  test('the series that changed most are those that the script lets grow', async () => {
    const series = await trend(home);
    const grown = series
      .filter(({ fit }) => fit.quality === 'good')
      .map(({ metric, object }) => `${metric} ${object}`);
    expect(new Set(grown)).toEqual(
      new Set([
        'used_ratio public.ticket_numbers',
        'live_rows public.tickets',
        'size_bytes public.journal',
        'connections server',
        'connections nights',
      ]),
    );
  });

  test('a sequence ends on the day that its consumption says', async () => {
    const [series] = await trend(home, '--metric', 'used_ratio', '--object', 'ticket_numbers');
    expect(series?.slope_per_day).toBeCloseTo(TRUTH.ticketsPerDay / TRUTH.ticketsEnd, 9);
    expect(series).toMatchObject({ fit: { points: NIGHTS, quality: 'good' }, forecast: { limit: 1 } });
    for (const told of [series?.forecast?.at, series?.forecast?.earliest, series?.forecast?.latest]) {
      expectAt(told, TRUTH.ticketsEnd / TRUTH.ticketsPerDay - 1);
    }
  });

  test('connections run out on the day that their leak says', async () => {
    const [series] = await trend(home, '--metric', 'connections', '--object', 'server');
    expect(series?.slope_per_day).toBeCloseTo(TRUTH.connectionsPerDay, 6);
    // 60 less 3 for superusers; night 0 has one, and that of pgdba.
    expect(series?.forecast?.limit).toBe(57);
    expectAt(series?.forecast?.at, 55);
  });

  test('a table grows by what is put into it, and is centuries from its limit', async () => {
    const [series] = await trend(home, '--metric', 'tables.size_bytes', '--object', 'public.journal');
    expect(series?.slope_per_day).toBeCloseTo(TRUTH.journalBlocksPerDay * 8192, 0);
    expect(series?.forecast).toMatchObject({ at: null, message: 'not within ten years at this slope' });
  });

  test('transactions tell when autovacuum will freeze', async () => {
    const [series] = await trend(home, '--metric', 'system.xid_age', '--object', 'nights');
    // What the script writes besides takes some more.
    expect(series?.slope_per_day).toBeGreaterThanOrEqual(TRUTH.transactionsPerDay);
    expect(series?.slope_per_day).toBeLessThan(TRUTH.transactionsPerDay * 1.05);
    const message = series?.forecast?.message ?? '';
    const [, day] = /autovacuum begins to freeze at 100000, about (\S+)$/.exec(message) ?? [];
    const days = (Date.parse(day ?? '') - FIRST_NIGHT) / DAY_MS;
    expect(days).toBeGreaterThan((TRUTH.freezeMaxAge / TRUTH.transactionsPerDay) * 0.9);
    expect(days).toBeLessThan(TRUTH.freezeMaxAge / TRUTH.transactionsPerDay);
  });

  test('a statement with a steady cost is flat, with gaps where it cannot be told', async () => {
    const all = await trend(home, '--metric', 'shared_bytes_per_call', '--limit', '0');
    const series = all.find(({ text }) => text?.startsWith('SELECT name FROM customers') === true);
    const gaps = series?.points.flatMap(({ gap }, night) => (gap === null ? [] : [[night, gap]]));
    expect(gaps).toEqual([
      [0, 'no_earlier'],
      [FAULTS.statisticsReset, 'reset'],
      [FAULTS.restarted, 'restarted'],
    ]);
    expect(Math.abs(series?.slope_per_day ?? NaN)).toBeLessThan(8192 / NIGHTS);
  });

  test('a slot that leaked for two nights has no forecast', async () => {
    const [series] = await trend(home, '--metric', 'retained_wal_bytes');
    expect(series).toMatchObject({ object: 'leak', fit: { points: 2, quality: 'none' } });
    expect(series?.forecast).toMatchObject({ limit: 2 * 1024 ** 3, at: null, earliest: null, latest: null });
  });
});

describe('ten nights of PostgreSQL 12', () => {
  let home: string;
  let diffs: ReadonlyMap<number, Diff>;

  beforeAll(async () => {
    home = join(folder, '12');
    diffs = await diffsOf(await storedNights(join(home, '.pgdba'), 12, 10));
  }, 240_000);

  test('the dropped index is named, and no other night has a regression', () => {
    const found = [...diffs].flatMap(([night, { changes }]) =>
      changes.filter(({ regression }) => regression).map((change) => [night, ...named(change)]),
    );
    expect(found).toContainEqual([FAULTS.indexDropped, 'indexes', 'public.orders_customer', 'presence']);
    expect(new Set(found.map(([night]) => night))).toEqual(new Set([FAULTS.indexDropped]));
  });

  test('the sequence ends on the day that its consumption says', async () => {
    const [series] = await trend(home, '--metric', 'used_ratio', '--object', 'ticket_numbers');
    expectAt(series?.forecast?.at, TRUTH.ticketsEnd / TRUTH.ticketsPerDay - 1);
  });
});
