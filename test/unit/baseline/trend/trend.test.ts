import { describe, expect, test } from 'vitest';
import type { BaselineHead } from '../../../../src/baseline/head.js';
import { METRICS } from '../../../../src/baseline/metrics/registry.js';
import type { Slim } from '../../../../src/baseline/slim.js';
import { metricsNamed } from '../../../../src/baseline/trend/metricNamed.js';
import { trendOf, type TrendWish } from '../../../../src/baseline/trend/trend.js';
import type { History } from '../../../../src/baseline/trend/walk.js';
import type { TrendSeries } from '../../../../src/baseline/trendData.js';

const MIB = 1024 ** 2;
const night = (at: number): string =>
  new Date(Date.parse('2026-03-01T03:00:00Z') + at * 86_400_000).toISOString();

interface Night {
  readonly tables?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly startedAt?: string;
  readonly database?: string;
  readonly broken?: true;
}

/** A history of nights, by what their tables hold; and how often a baseline was opened. */
function historyOf(nights: readonly Night[]): { history: History; opened: () => number } {
  let opened = 0;
  const heads = nights.map(
    ({ database = 'app' }, at) =>
      ({ id: String(at), collected_at: night(at), database, role: 'primary' }) as unknown as BaselineHead,
  );
  const slim = ({ id }: BaselineHead): Promise<Slim | null> => {
    opened += 1;
    const { tables, startedAt = night(-1), database = 'app', broken } = nights[Number(id)] ?? {};
    const moment = {
      started_at: startedAt,
      system_identifier: '1',
      timeline: 1,
      in_recovery: false,
      server_version_num: 180000,
      extensions: {},
    };
    const rows = Object.entries(tables ?? {}).map(([relname, row]) => ({
      database,
      relid: Buffer.from(relname).reduce((sum, letter) => 31 * sum + letter, 0),
      schemaname: 'public',
      relname,
      ...row,
    }));
    const sample = { sampled_at: night(Number(id)), stats_reset: null, rows };
    const samples: Slim['samples'] = tables === undefined ? {} : { pg_stat_user_tables: sample };
    return Promise.resolve(
      broken === true
        ? null
        : { id, collectedAt: night(Number(id)), fingerprint: 'f', database, moment, samples },
    );
  };
  return { history: { heads, slim, whole: () => Promise.resolve(null) }, opened: () => opened };
}

const wish = (metric: string | null, more: Partial<TrendWish> = {}): TrendWish => ({
  metrics: metricsNamed(metric, null, METRICS),
  object: null,
  from: 0,
  asked: metric !== null,
  limit: 100,
  ...more,
});

async function seriesOf(nights: readonly Night[], asked: TrendWish): Promise<TrendSeries[]> {
  return (await trendOf(historyOf(nights).history, asked)).series;
}

const growing = (count: number): Night[] =>
  Array.from({ length: count }, (_, at) => ({
    tables: {
      still: { size_bytes: 900 * MIB, n_tup_ins: 5 },
      big: { size_bytes: 1000 * MIB + at * 20 * MIB, n_tup_ins: at * 86_400 },
      small: { size_bytes: 100 * MIB + at * 20 * MIB, n_tup_ins: at * 864_000 },
    },
  }));

describe('baseline trend', () => {
  test('puts what grew most by its own measure first', async () => {
    const series = await seriesOf(growing(30), wish('tables.size_bytes'));
    expect(series.map(({ object }) => object)).toEqual(['public.small', 'public.big', 'public.still']);
    expect(series.map(({ slope_per_day: slope }) => slope)).toEqual([20 * MIB, 20 * MIB, 0]);
  });

  test('counts shrinking as much as growing', async () => {
    const nights = Array.from({ length: 10 }, (_, at): Night => {
      const grows = { size_bytes: 1000 * MIB + at * 100 * MIB };
      return { tables: { grows, shrinks: { size_bytes: 4000 * MIB - at * 400 * MIB } } };
    });
    const series = await seriesOf(nights, wish(null));
    expect(series.map(({ object }) => object)).toEqual(['public.shrinks', 'public.grows']);
  });

  test('without a metric shows only what changed enough to be worth a line', async () => {
    const { series, chosen, message } = await trendOf(historyOf(growing(30)).history, wish(null));
    expect(chosen).toBe('changed_most');
    expect(series.map(({ metric, object }) => `${metric} ${object}`)).toEqual([
      'size_bytes public.small',
      'size_bytes public.big',
    ]);
    expect(message).toBe('30 baselines; 2 series changed enough to be worth a line');
    const nothing = await trendOf(historyOf(growing(1)).history, wish(null));
    expect(nothing).toMatchObject({
      series: [],
      message: '1 baselines; nothing changed enough to be worth a line',
    });
  });

  test('has rates between one baseline and the next, and says where there are none', async () => {
    const nights: Night[] = growing(9);
    nights[4] = { ...nights[4], startedAt: night(3.5) };
    nights[5] = { ...nights[5], startedAt: night(3.5) };
    nights[6] = {};
    nights[7] = { ...nights[7], startedAt: night(3.5), tables: { other: { n_tup_ins: 1 } } };
    nights[8] = { broken: true };
    const [series] = await seriesOf(nights, wish('rows_inserted_per_s', { object: 'public.small' }));
    expect(series?.points.map(({ value, gap }) => gap ?? value)).toEqual([
      'no_earlier',
      10,
      10,
      10,
      'restarted',
      10,
      'not_in_baseline',
      'absent',
      'not_in_baseline',
    ]);
  });

  test('takes the baseline before the time that was asked for as the begin of the first rate', async () => {
    const [series] = await seriesOf(growing(9), wish('rows_inserted_per_s', { object: 'big', from: 5 }));
    expect(series?.points.map(({ value }) => value)).toEqual([1, 1, 1, 1]);
  });

  test('compares baselines of a database with those of the same', async () => {
    const nights = growing(6).map((one, at): Night =>
      at % 2 === 0 ? one : { database: 'other', tables: {} },
    );
    const [series] = await seriesOf(nights, wish('rows_inserted_per_s', { object: 'small' }));
    expect(series?.points.map(({ value, gap }) => gap ?? value)).toEqual([
      'no_earlier',
      'absent',
      10,
      'absent',
      10,
      'absent',
    ]);
  });

  test('opens a few baselines to choose, and then each once', async () => {
    const { history, opened } = historyOf(growing(200));
    const { series, truncated } = await trendOf(history, wish('tables.size_bytes', { limit: 1 }));
    expect(opened()).toBeLessThanOrEqual(200 + 3 * 7);
    expect(series.map(({ object }) => object)).toEqual(['public.small']);
    expect(truncated).toEqual({ shown: 1, total: 3 });
  });

  test('says that no object is called so, and that no baseline is of that time', async () => {
    const { history } = historyOf(growing(3));
    const unknown = await trendOf(history, wish('live_rows', { object: 'nobody' }));
    expect(unknown.series).toEqual([]);
    expect(unknown.message).toBe('3 baselines, none with tables.live_rows of an object called “nobody”');
    const late = await trendOf(history, wish('live_rows', { from: 3 }));
    expect(late).toMatchObject({
      baselines: 0,
      from: null,
      to: null,
      message: 'no baseline of that time is stored',
    });
  });
});

describe('the name of a metric', () => {
  test('means those of every section, or of one', () => {
    const groups = (name: string): string[] => metricsNamed(name, null, METRICS).map(({ group }) => group);
    expect(new Set(groups('size_bytes'))).toEqual(new Set(['tables', 'indexes', 'system']));
    expect(new Set(groups('indexes.size_bytes'))).toEqual(new Set(['indexes']));
    expect(metricsNamed('size_bytes', 'system', METRICS)).toHaveLength(1);
  });

  test('that none has is told with the nearest, and a state with what tells it', () => {
    const hint = expect.stringContaining('tables.size_bytes') as string;
    expect(() => metricsNamed('sise_bytes', null, METRICS)).toThrow(
      expect.objectContaining({ code: 'usage', hint }),
    );
    expect(() => metricsNamed('reloptions', null, METRICS)).toThrow(/is a state and no number/);
  });
});
