import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/baseline/diffData.js';
import { diffBaselines, type Differences } from '../../../src/baseline/diff/diff.js';
import type { AuditLine } from '../../../src/baseline/diff/changedBy.js';
import type { Baseline } from '../../../src/baseline/document.js';
import { METRICS } from '../../../src/baseline/metrics/registry.js';
import { slimOf } from '../../../src/baseline/slim.js';
import type { Row } from '../../../src/inspect/section.js';
import { headFor, indexRow, madeBaseline, statement, tableRow, timeAt, type Made } from './madeBaseline.js';

/** The last two are compared; those before are the history. */
async function diffOf(
  baselines: readonly Baseline[],
  audit: readonly AuditLine[] = [],
): Promise<Differences> {
  const [before, after] = baselines.slice(-2) as [Baseline, Baseline];
  const older = new Map(baselines.slice(0, -1).map((one) => [one.id, one]));
  return diffBaselines({
    before,
    after,
    earlier: {
      heads: [...older.values()].map(headFor),
      slim: ({ id }) => {
        const found = older.get(id);
        return Promise.resolve(found === undefined ? null : slimOf(found, METRICS));
      },
    },
    audit,
    metrics: METRICS,
  });
}

/** Nights of one view, 24 hours apart. */
function nights(
  view: string,
  rows: readonly (readonly Row[])[],
  more: readonly Partial<Made>[] = [],
): Baseline[] {
  return rows.map((own, i) =>
    madeBaseline({ id: `n${String(i)}`, hour: 24 * i, rows: { [view]: own }, ...more[i] }),
  );
}

const brief = ({ object, metric, before, after, effect, regression, unusual }: Change) => ({
  object,
  metric,
  before,
  after,
  effect,
  regression,
  unusual,
});

const DAY_S = 86_400;

/** Counters of a statement after so many calls of so many ms in each night. */
function calledNightly(queryid: string, each: readonly (readonly [calls: number, ms: number])[]): Row[] {
  let [calls, total] = [0, 0];
  return each.map(([more, ms]) => {
    calls += more;
    total += more * ms;
    return statement(queryid, { calls, total_exec_time_ms: total });
  });
}

describe('queries', () => {
  it('are compared by what they did between, not by their mean since the reset', async () => {
    const rows = calledNightly('1', [
      [100_000, 1],
      [10_000, 1],
      [10_000, 4],
    ]);
    const { changes, basis } = await diffOf(
      nights(
        'pg_stat_statements',
        rows.map((row) => [row]),
      ),
    );
    expect(basis).toMatchObject({ kind: 'earlier_baseline', id: 'n0' });
    expect(changes.find(({ metric }) => metric === 'mean_exec_time_ms')).toMatchObject({
      object: '1',
      database: 'app',
      before: 1,
      after: 4,
      factor: 4,
      effect: 'worse',
      regression: true,
      text: 'SELECT 1',
    });
  });

  it('that got faster are better, and those that hardly run are not told', async () => {
    const faster = calledNightly('1', [
      [10, 1],
      [10_000, 9],
      [10_000, 1],
    ]);
    const rare = calledNightly('2', [
      [10, 1],
      [4, 2],
      [4, 900],
    ]);
    const { changes } = await diffOf(
      nights(
        'pg_stat_statements',
        faster.map((row, i) => [row, rare[i] as Row]),
      ),
    );
    expect(changes.map(brief)).toEqual([
      expect.objectContaining({
        object: '1',
        metric: 'mean_exec_time_ms',
        effect: 'better',
        regression: false,
      }),
    ]);
  });

  it('are new when they began to be executed, and gone when that ended', async () => {
    const old = calledNightly('1', [
      [1000, 10],
      [1000, 10],
      [0, 0],
    ]);
    const fresh = statement('2', { calls: 1000, total_exec_time_ms: 10_000, stats_since: timeAt(30) });
    const idle = statement('3', { calls: 1, total_exec_time_ms: 1, stats_since: timeAt(30) });
    const { changes } = await diffOf(
      nights('pg_stat_statements', [[old[0] as Row], [old[1] as Row], [old[2] as Row, fresh, idle]]),
    );
    expect(changes.filter(({ metric }) => metric === 'presence').map(brief)).toEqual([
      expect.objectContaining({ object: '1', before: true, after: false, regression: false }),
      expect.objectContaining({ object: '2', before: false, after: true, regression: false }),
    ]);
  });

  it.each([
    ['entries were thrown out', { dealloc: 3 }, {}, 'evicted'],
    ['they were reset', { dealloc: 0 }, { stats_reset: timeAt(30), stats_since: timeAt(30) }, 'reset'],
  ])('are neither new nor gone when %s', async (_what, info, row, reason) => {
    const rows = (more: Row): Row => statement('2', { calls: 1000, total_exec_time_ms: 10_000, ...more });
    const before = madeBaseline({
      id: 'n0',
      hour: 0,
      rows: { pg_stat_statements: [statement('1', {})], pg_stat_statements_info: [{ dealloc: 0 }] },
    });
    const after = madeBaseline({
      id: 'n1',
      hour: 24,
      rows: { pg_stat_statements: [rows(row)], pg_stat_statements_info: [info] },
    });
    const { changes, void: voids } = await diffOf([before, after]);
    expect(changes).toEqual([]);
    expect(voids).toEqual([expect.objectContaining({ view: 'pg_stat_statements', reason })]);
  });

  it('have rates before from the two samples of --delta where there is no earlier baseline, else from the reset', async () => {
    const first = statement('1', { calls: 1000, total_exec_time_ms: 1000 });
    const second = statement('1', { calls: 2000, total_exec_time_ms: 2000 });
    const after = statement('1', { calls: 3000, total_exec_time_ms: 12_000 });
    const later = madeBaseline({ id: 'n1', hour: 24, rows: { pg_stat_statements: [after] } });
    const sampled = madeBaseline({
      id: 'n0',
      hour: 0,
      mode: 'delta',
      rows: { pg_stat_statements: [second] },
      first: { pg_stat_statements: [first] },
    });
    const single = madeBaseline({ id: 'n0', hour: 0, rows: { pg_stat_statements: [second] } });
    const unknown = madeBaseline({
      id: 'n0',
      hour: 0,
      rows: { pg_stat_statements: [{ ...second, stats_reset: null, stats_since: null }] },
    });
    const told = async (before: Baseline) => {
      const { basis, changes } = await diffOf([before, later]);
      return [basis.kind, changes.find(({ metric }) => metric === 'mean_exec_time_ms')?.before];
    };
    expect(await told(sampled)).toEqual(['samples', 1]);
    expect(await told(single)).toEqual(['reset', 1]);
    expect(await told(unknown)).toEqual(['none', undefined]);
  });
});

describe('void counters', () => {
  const RESET_AT = 'stats_reset';
  const busy = (relid: number, inserted: number, more: Row = {}): Row =>
    tableRow(relid, `t${String(relid)}`, { n_tup_ins: inserted, ...more });
  const reset = { [RESET_AT]: timeAt(30) };
  const unknown = { [RESET_AT]: null };
  const grown = [[busy(1, 0)], [busy(1, 1000)]];
  const rates: readonly [string, readonly (readonly Row[])[], Partial<Made>, string | null, string[]][] = [
    ['nothing happened', grown, {}, null, []],
    ['a reset', [[busy(1, 0)], [busy(1, 1000, reset)]], {}, 'reset', ['reset']],
    ['a restart', grown, { moment: { started_at: timeAt(20) } }, 'restarted', ['restarted']],
    ['another timeline', grown, { moment: { timeline: 2 } }, 'failover', ['failover']],
    ['another role', grown, { moment: { in_recovery: true } }, 'failover', ['failover']],
    [
      'an upgrade',
      grown,
      { moment: { started_at: timeAt(20), server_version_num: 170_005 } },
      'restarted',
      ['restarted', 'upgraded'],
    ],
    ['another cluster', grown, { moment: { system_identifier: '8' } }, 'other_cluster', ['other_cluster']],
    [
      'another cluster without a system identifier',
      grown,
      { moment: { system_identifier: null }, cluster: { fingerprint: 'b'.repeat(64) } },
      'other_cluster',
      ['other_cluster'],
    ],
    ['another database', grown, { cluster: { database: 'other' } }, 'other_database', ['other_database']],
    ['a counter that went down', [[busy(1, 1000)], [busy(1, 1)]], {}, 'negative', []],
    [
      'a counter that went down with no reset recorded',
      [
        [busy(1, 1000, unknown), busy(2, 0, unknown)],
        [busy(1, 1, unknown), busy(2, 5, unknown)],
      ],
      {},
      'negative',
      [],
    ],
    ['two rows alike', [[busy(1, 0), busy(1, 0)], [busy(1, 10)]], {}, 'ambiguous_key', []],
    ['a table made anew', [[busy(1, 0)], [{ ...busy(1, 10), relid: 9 }]], {}, 'recreated', []],
  ];

  it.each(rates)('%s', async (_what, rows, more, reason, events) => {
    const {
      void: voids,
      events: told,
      changes,
    } = await diffOf(nights('pg_stat_user_tables', rows, [{}, more]));
    expect(voids.map((one) => one.reason)).toEqual(reason === null ? [] : [reason]);
    expect(voids.every(({ message }) => message.length > 10)).toBe(true);
    expect(told.map(({ kind }) => kind)).toEqual(events);
    expect(changes).toEqual([]);
  });

  it('of statements when the extension was upgraded', async () => {
    const rows = [[statement('1', { calls: 1 })], [statement('1', { calls: 2 })]];
    const more = [{}, { moment: { extensions: { pg_stat_statements: '1.12' } } }];
    const { void: voids, events } = await diffOf(nights('pg_stat_statements', rows, more));
    expect(voids).toEqual([expect.objectContaining({ reason: 'extension_upgraded', rows: 1 })]);
    expect(events).toEqual([
      expect.objectContaining({ kind: 'extension_upgraded', before: '1.11', after: '1.12' }),
    ]);
  });

  it('leave gauges, states and presence to be compared', async () => {
    const rows = [
      [busy(1, 0, { size_bytes: 2 ** 20 }), busy(2, 0)],
      [busy(1, 0, { size_bytes: 2 ** 30, reloptions: ['autovacuum_enabled=off'] })],
    ];
    const { changes } = await diffOf(
      nights('pg_stat_user_tables', rows, [{}, { moment: { started_at: timeAt(20) } }]),
    );
    expect(changes.map(({ object, metric, after }) => [object, metric, after]).sort()).toEqual([
      ['public.t1', 'reloptions', 'autovacuum_enabled=off'],
      ['public.t1', 'size_bytes', 2 ** 30],
      ['public.t2', 'presence', false],
    ]);
  });

  it.each<[string, Row, Row, Partial<Made>, number]>([
    ['a reset', busy(1, 9), busy(1, 9, { ...reset, n_dead_tup: 90_000 }), {}, 0],
    ['a crash', busy(1, 9), busy(1, 1, { n_dead_tup: 90_000 }), { moment: { started_at: timeAt(20) } }, 0],
    [
      'a clean restart',
      busy(1, 9),
      busy(1, 9, { n_dead_tup: 90_000 }),
      { moment: { started_at: timeAt(20) } },
      2,
    ],
  ])('take the counts of rows with them: %s', async (_what, was, is, more, told) => {
    const { changes } = await diffOf(nights('pg_stat_user_tables', [[was], [is]], [{}, more]));
    expect(changes).toHaveLength(told);
  });

  it('of a sum over indexes fall alone when one is dropped', async () => {
    const rows = [
      [busy(1, 0, { ...unknown, idx_scan: 500 }), busy(2, 0, unknown)],
      [busy(1, 0, { ...unknown, idx_scan: 5 }), busy(2, 9, unknown)],
    ];
    expect((await diffOf(nights('pg_stat_user_tables', rows))).void).toEqual([]);
  });

  it('are no reset where a new database brings its own time', async () => {
    const database = (datid: number, at: string): Row => ({
      datid,
      datname: `d${String(datid)}`,
      xact_commit: 1,
      stats_reset: at,
    });
    const rows = [[database(1, timeAt(-9))], [database(2, timeAt(30)), database(1, timeAt(-9))]];
    expect((await diffOf(nights('pg_stat_database', rows))).events).toEqual([]);
  });

  it.each([
    [120_022, []],
    [150_018, ['reset']],
  ])('had none before: on %i', async (server_version_num, events) => {
    const database = (at: string | null): Row => ({
      datid: 1,
      datname: 'd',
      xact_commit: 1,
      stats_reset: at,
    });
    const moment = { moment: { server_version_num } };
    const found = nights('pg_stat_database', [[database(null)], [database(timeAt(30))]], [moment, moment]);
    expect((await diffOf(found)).events.map(({ kind }) => kind)).toEqual(events);
  });

  it('are no reset of what had counted nothing', async () => {
    const rows = [[], [{ funcid: 1, calls: 5, stats_reset: timeAt(-9) }]];
    expect((await diffOf(nights('pg_stat_user_functions', rows))).events).toEqual([]);
  });
});

describe('indexes', () => {
  const table = tableRow(1, 't');
  const withTables = (indexes: readonly Row[], tables: readonly Row[]): Made['rows'] => ({
    pg_stat_user_indexes: indexes,
    pg_stat_user_tables: tables,
  });
  const told = async (before: Made['rows'], after: Made['rows']): Promise<unknown[]> => {
    const { changes } = await diffOf([
      madeBaseline({ id: 'n0', hour: 0, rows: before ?? {} }),
      madeBaseline({ id: 'n1', hour: 24, rows: after ?? {} }),
    ]);
    return changes
      .filter(({ section }) => section === 'indexes')
      .map(({ object, before: was, after: is, effect, regression }) => [object, was, is, effect, regression]);
  };
  const used = indexRow(10, 'i', 1, { idx_scan: 5 });

  it('that were scanned are a loss', async () => {
    expect(await told(withTables([used], [table]), withTables([], [table]))).toEqual([
      ['public.i', true, false, 'worse', true],
    ]);
  });

  it('that nobody scanned are none', async () => {
    const unused = indexRow(10, 'i', 1);
    expect(await told(withTables([unused], [table]), withTables([], [table]))).toEqual([
      ['public.i', true, false, 'neutral', false],
    ]);
  });

  it('that go or come with their table are not told beside it', async () => {
    expect(await told(withTables([used], [table]), withTables([], []))).toEqual([]);
    expect(await told(withTables([], []), withTables([used], [table]))).toEqual([]);
  });

  it('that were built anew under their name are the same', async () => {
    const anew = { ...used, indexrelid: 11, idx_scan: 0 };
    expect(await told(withTables([used], [table]), withTables([anew], [table]))).toEqual([]);
  });

  it('that are no longer valid are worse, those that are again are better', async () => {
    const broken = indexRow(10, 'i', 1, { idx_scan: 5, is_valid: false });
    const both = (indexes: Row): Made['rows'] => withTables([indexes], [table]);
    expect(await told(both(used), both(broken))).toEqual([['public.i', 'true', 'false', 'worse', true]]);
    expect(await told(both(broken), both(used))).toEqual([['public.i', 'false', 'true', 'better', false]]);
  });
});

describe('what is cut or was not read', () => {
  it('is neither new nor gone', async () => {
    const [before, after] = nights('pg_stat_user_tables', [
      [tableRow(1, 'a'), tableRow(2, 'b')],
      [tableRow(1, 'a')],
    ]) as [Baseline, Baseline];
    expect((await diffOf([before, after])).changes).toHaveLength(1);
    const view = { truncated: { shown: 1, total: 2 } };
    const group = { ...after.sections.tables, views: { pg_stat_user_tables: view } };
    const cut = { ...after, sections: { tables: group } } as unknown as Baseline;
    expect((await diffOf([before, cut])).changes).toEqual([]);
  });

  it('null says nothing, but for options, where it says none', async () => {
    const rows = [
      [tableRow(1, 'a', { size_bytes: null, reloptions: null })],
      [tableRow(1, 'a', { size_bytes: 2 ** 40, reloptions: ['fillfactor=70'] })],
    ];
    const { changes } = await diffOf(nights('pg_stat_user_tables', rows));
    expect(changes.map(brief)).toEqual([
      expect.objectContaining({
        metric: 'reloptions',
        before: '(none)',
        after: 'fillfactor=70',
        effect: 'neutral',
      }),
    ]);
  });
});

describe('replication slots', () => {
  const slot = (retained: number, active: boolean): Row => ({
    slot_name: 's"lot',
    database: 'app',
    temporary: false,
    active,
    wal_status: 'reserved',
    retained_wal_bytes: retained,
  });
  const settings = [{ name: 'max_slot_wal_keep_size', setting: '1024', unit: 'MB', set_by_session: false }];

  it('that leak are named, with the time left where there is a limit', async () => {
    const at = (hour: number, retained: number, active: boolean): Baseline =>
      madeBaseline({
        id: `n${String(hour)}`,
        hour,
        rows: { pg_replication_slots: [slot(retained, active)], pg_settings: settings },
      });
    const { changes } = await diffOf([at(0, 2 ** 20, true), at(24, 2 ** 29, false)]);
    expect(changes.map(({ metric, regression, object }) => [object, metric, regression]).sort()).toEqual([
      ['s"lot', 'active', true],
      ['s"lot', 'retained_wal_bytes', true],
    ]);
    const grown = changes.find(({ metric }) => metric === 'retained_wal_bytes');
    expect(grown?.eta?.limit).toBe(2 ** 30);
    expect(Math.round((Date.parse(grown?.eta?.at ?? '') - Date.parse(timeAt(24))) / 3_600_000)).toBe(24);
  });
});

describe('the usual spread', () => {
  const sizes = (growth: readonly number[]): Baseline[] => {
    let size = 0;
    return nights(
      'pg_stat_user_tables',
      [0, ...growth].map((more) => [tableRow(1, 't', { size_bytes: (size += more * 2 ** 20) })]),
    );
  };
  const sizeChange = async (growth: readonly number[]): Promise<Change | undefined> =>
    (await diffOf(sizes(growth))).changes.find(({ metric }) => metric === 'size_bytes');

  it('cannot be told with fewer than seven earlier baselines', async () => {
    const { spread, changes } = await diffOf(sizes([20, 20, 20, 20, 20, 500]));
    expect(spread).toMatchObject({ baselines: 6, needed: 7 });
    expect(changes.map(brief)).toEqual([
      expect.objectContaining({ metric: 'size_bytes', unusual: null, regression: false }),
    ]);
  });

  it('of what grows is that of its growth', async () => {
    expect(await sizeChange([20, 21, 19, 20, 22, 18, 20])).toMatchObject({
      unusual: false,
      regression: false,
    });
    expect(await sizeChange([20, 21, 19, 20, 22, 18, 500])).toMatchObject({
      unusual: true,
      regression: true,
    });
  });

  it('of a rate is that of the times between', async () => {
    const usual = [1, 2, 4, 1, 2, 4, 1].map((ms): [number, number] => [10_000, ms]);
    const of = async (last: number): Promise<Change | undefined> => {
      const rows = calledNightly('1', [...usual, [10_000, last]]);
      const { changes } = await diffOf(
        nights(
          'pg_stat_statements',
          rows.map((row) => [row]),
        ),
      );
      return changes.find(({ metric }) => metric === 'mean_exec_time_ms');
    };
    expect(await of(4)).toMatchObject({ unusual: false, regression: false, effect: 'worse' });
    expect(await of(40)).toMatchObject({
      unusual: true,
      regression: true,
      usual: { samples: 6, chosen: 'all' },
    });
  });

  it('goes by weekday and hour where seven are alike', async () => {
    const waits = (hour: number, waiting: number): Baseline =>
      madeBaseline({
        id: `h${String(hour)}`,
        hour,
        rows: { pg_locks_summary: [{ locktype: 'relation', mode: 'x', waiting }] },
      });
    const week = 7 * 24;
    const weeks = [0, 1, 2, 3, 4, 5, 6].flatMap((i) => [waits(i * week, 1), waits(i * week + 24, 100)]);
    const { changes } = await diffOf([...weeks, waits(7 * week - 24, 1), waits(7 * week, 100)]);
    expect(changes).toMatchObject([
      { metric: 'waiting', unusual: true, usual: { samples: 7, median: 1, chosen: 'same_weekday_and_hour' } },
    ]);
  });

  it('leaves out nights whose counters were void', async () => {
    const each = [1, 1, 1, 1, 1, 1, 1].map((ms): [number, number] => [10_000, ms]);
    const rows = calledNightly('1', [...each, [10_000, 9]]);
    const more = rows.map((_row, i) => ({ moment: { started_at: timeAt(i < 2 ? 0 : 47) } }));
    const { changes } = await diffOf(
      nights(
        'pg_stat_statements',
        rows.map((row) => [row]),
        more,
      ),
    );
    expect(changes.find(({ metric }) => metric === 'mean_exec_time_ms')?.usual).toBeNull();
  });
});

describe('settings', () => {
  const setting = (value: string, more: Row = {}): Row => ({
    name: 'work_mem',
    setting: value,
    unit: 'kB',
    set_by_session: false,
    pending_restart: false,
    ...more,
  });
  const line = (more: Partial<AuditLine>): AuditLine => ({
    at: timeAt(12),
    fingerprint: 'a'.repeat(64),
    changeset_id: 'c1',
    operation: 'apply',
    outcome: 'applied',
    who: 'ada@host',
    parameters: ['work_mem'],
    ...more,
  });
  const changed = nights('pg_settings', [[setting('4096')], [setting('9216')]]);

  it.each<[string, AuditLine[], string | null]>([
    ['nobody that pgdba knows', [], null],
    ['an operation in between', [line({ changeset_id: 'old', at: timeAt(1) }), line({})], 'c1'],
    ['none before the earlier baseline', [line({ at: timeAt(-1) })], null],
    ['none after the later one', [line({ at: timeAt(25) })], null],
    ['none that was refused', [line({ outcome: 'refused' }), line({ outcome: 'started' })], null],
    ['none of another cluster', [line({ fingerprint: 'b'.repeat(64) })], null],
    ['none of another setting', [line({ parameters: ['port'] })], null],
  ])('are changed by %s', async (_what, audit, changeset) => {
    const { changes } = await diffOf(changed, audit);
    expect(changes.map(brief)).toEqual([
      expect.objectContaining({ object: 'work_mem', before: '4096', after: '9216', effect: 'neutral' }),
    ]);
    expect(changes[0]?.unit).toBe('kB');
    expect(changes[0]?.by?.changeset ?? null).toBe(changeset);
  });

  it('that waited for a restart may have been changed before', async () => {
    const rows = [[setting('4096', { pending_restart: true })], [setting('9216')]];
    const { changes } = await diffOf(nights('pg_settings', rows), [line({ at: timeAt(-1) })]);
    expect(changes.find(({ metric }) => metric === 'value')?.by).toEqual({
      changeset: 'c1',
      at: timeAt(-1),
      operation: 'apply',
      who: 'ada@host',
    });
  });

  it('that pgdba’s own session asks for are nobody else’s', async () => {
    const own = { set_by_session: true };
    const rows = [[setting('4096', own)], [setting('9216', own)]];
    expect((await diffOf(nights('pg_settings', rows))).changes).toEqual([]);
  });
});

describe('findings', () => {
  const finding = (rule: string, type: string, name: string, severity: string) => ({
    id: `${rule}:${type}:${name}`,
    rule,
    severity,
    title: 'It is so',
    object: { type, name },
  });
  const checked = (findings: readonly object[], blind: readonly string[] = []): Partial<Made> => ({
    analyses: {
      check: {
        status: 'ok',
        message: null,
        data: { findings, not_evaluated: blind.map((rule) => ({ rule })) },
      },
    },
  });
  const told = async (before: Partial<Made>, after: Partial<Made>): Promise<unknown[]> => {
    const { changes } = await diffOf([
      madeBaseline({ id: 'n0', hour: 0, ...before }),
      madeBaseline({ id: 'n1', hour: 24, ...after }),
    ]);
    return changes.map(({ section, metric, object, before: was, after: is, effect, regression }) => [
      `${section}:${metric}:${object}`,
      was,
      is,
      effect,
      regression,
    ]);
  };
  const slow = finding('slow', 'table', 'public.t', 'warning');

  it('appear, vanish, and change their severity', async () => {
    expect(await told(checked([]), checked([slow]))).toEqual([
      ['findings:slow:public.t', 'none', 'warning', 'worse', true],
    ]);
    expect(await told(checked([slow]), checked([]))).toEqual([
      ['findings:slow:public.t', 'warning', 'none', 'better', false],
    ]);
    expect(await told(checked([slow]), checked([{ ...slow, severity: 'critical' }]))).toEqual([
      ['findings:slow:public.t', 'warning', 'critical', 'worse', true],
    ]);
    expect(await told(checked([]), checked([{ ...slow, severity: 'info' }]))).toEqual([
      ['findings:slow:public.t', 'none', 'info', 'worse', false],
    ]);
  });

  it('of sessions stand for their rule, whichever process it is', async () => {
    const idle = (pid: string) => finding('idle_in_transaction', 'session', pid, 'warning');
    expect(await told(checked([idle('17')]), checked([idle('4711'), idle('4712')]))).toEqual([]);
    expect(await told(checked([]), checked([idle('17')]))).toHaveLength(1);
  });

  it('of a rule that could not be evaluated say nothing', async () => {
    expect(await told(checked([slow]), checked([], ['slow']))).toEqual([]);
    expect(await told(checked([], ['slow']), checked([slow]))).toEqual([]);
  });
});

describe('the order', () => {
  it('has regressions first, then what is larger', async () => {
    const rows = [
      [
        tableRow(1, 'a', { size_bytes: 2 ** 30 }),
        tableRow(2, 'b'),
        tableRow(3, 'c', { size_bytes: 2 ** 25 }),
      ],
      [
        tableRow(1, 'a', { size_bytes: 2 ** 34 }),
        tableRow(2, 'b', { reloptions: ['autovacuum_enabled=false'] }),
        tableRow(3, 'c', { size_bytes: 2 ** 26 }),
      ],
    ];
    const { changes } = await diffOf(nights('pg_stat_user_tables', rows));
    expect(changes.map(({ object }) => object)).toEqual(['public.b', 'public.a', 'public.c']);
  });
});

it('rates have the unit of time they say', async () => {
  const rows = [0, 1, 11].map((days) => [tableRow(1, 't', { n_tup_ins: days * DAY_S * 20 })]);
  const { changes } = await diffOf(nights('pg_stat_user_tables', rows));
  expect(changes.map(brief)).toEqual([
    expect.objectContaining({ metric: 'rows_inserted_per_s', before: 20, after: 200 }),
  ]);
});
