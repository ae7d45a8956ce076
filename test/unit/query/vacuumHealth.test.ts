import { describe, expect, test } from 'vitest';
import { databaseHealth } from '../../../src/query/vacuumHealth/databaseHealth.js';
import { horizonHolders } from '../../../src/query/vacuumHealth/horizonHolders.js';
import { deadPerSecond, idRates } from '../../../src/query/vacuumHealth/rates.js';
import { runningVacuums, serverIssues, workersOf } from '../../../src/query/vacuumHealth/runningVacuums.js';
import { tableHealth, type TableContext } from '../../../src/query/vacuumHealth/tableHealth.js';
import { isOn, milestonesOf, thresholdsOf } from '../../../src/query/vacuumHealth/thresholds.js';
import type { HolderRow } from '../../../src/query/vacuumHealth/holdersQuestion.js';
import type { TableStat } from '../../../src/query/vacuumHealth/tablesQuestion.js';
import type { DatabaseStat, WorkerRow } from '../../../src/query/vacuumHealth/vacuumQuestions.js';
import { levelOf } from '../../../src/query/vacuumHealth/wraparoundLimits.js';

const SETTINGS_12: Readonly<Record<string, string>> = {
  autovacuum: 'on',
  track_counts: 'on',
  block_size: '8192',
  autovacuum_naptime: '60',
  autovacuum_max_workers: '3',
  autovacuum_vacuum_threshold: '50',
  autovacuum_vacuum_scale_factor: '0.2',
  autovacuum_analyze_threshold: '50',
  autovacuum_analyze_scale_factor: '0.1',
  autovacuum_freeze_max_age: '200000000',
  autovacuum_multixact_freeze_max_age: '400000000',
  autovacuum_vacuum_cost_delay: '2',
  autovacuum_vacuum_cost_limit: '-1',
  vacuum_cost_delay: '0',
  vacuum_cost_limit: '200',
  vacuum_cost_page_miss: '10',
  vacuum_cost_page_dirty: '20',
};
const SETTINGS_14 = {
  ...SETTINGS_12,
  autovacuum_vacuum_insert_threshold: '1000',
  autovacuum_vacuum_insert_scale_factor: '0.2',
  vacuum_failsafe_age: '1600000000',
  vacuum_multixact_failsafe_age: '1600000000',
  vacuum_cost_page_miss: '2',
};
const SETTINGS_18 = {
  ...SETTINGS_14,
  autovacuum_vacuum_max_threshold: '100000000',
  autovacuum_worker_slots: '16',
};

const settings = (values: Readonly<Record<string, string>>) => new Map(Object.entries(values));

describe('thresholds', () => {
  const rows = {
    options: [] as string[],
    reltuples: 1000,
    relpages: 100,
    relallfrozen: null as number | null,
  };

  test.each([
    ['12 knows no inserts', SETTINGS_12, rows, { dead: 250, inserted: null, changed: 150 }],
    ['14', SETTINGS_14, rows, { dead: 250, inserted: 1200, changed: 150 }],
    [
      'a table never counted',
      SETTINGS_14,
      { ...rows, reltuples: 0 },
      { dead: 50, inserted: 1000, changed: 50 },
    ],
    [
      '18 counts only blocks not frozen',
      SETTINGS_18,
      { ...rows, relallfrozen: 75 },
      { dead: 250, inserted: 1050, changed: 150 },
    ],
    [
      '18, more frozen than blocks',
      SETTINGS_18,
      { ...rows, relallfrozen: 200 },
      { dead: 250, inserted: 1000, changed: 150 },
    ],
    ['18 has a greatest threshold', SETTINGS_18, { ...rows, reltuples: 1e10 }, { dead: 100_000_000 }],
    ['14 has none', SETTINGS_14, { ...rows, reltuples: 1e10 }, { dead: 2_000_000_050 }],
    [
      'options win',
      SETTINGS_18,
      {
        ...rows,
        options: [
          'autovacuum_vacuum_threshold=7',
          'autovacuum_vacuum_scale_factor=0',
          'autovacuum_analyze_scale_factor=0.5',
          'autovacuum_vacuum_insert_threshold=-1',
        ],
      },
      { dead: 7, inserted: null, changed: 550 },
    ],
    [
      'a maximum of one table',
      SETTINGS_18,
      { ...rows, reltuples: 1e6, options: ['autovacuum_vacuum_max_threshold=500'] },
      { dead: 500 },
    ],
    [
      'a table may have none',
      SETTINGS_18,
      { ...rows, reltuples: 1e10, options: ['autovacuum_vacuum_max_threshold=-1'] },
      { dead: 2_000_000_050 },
    ],
    ['switched off', SETTINGS_14, { ...rows, options: ['autovacuum_enabled=f'] }, { enabled: false }],
  ])('%s', (_, values, facts, expected) => {
    expect(thresholdsOf(facts, settings(values))).toMatchObject(expected);
  });

  test.each([
    ['on', true],
    ['TRUE', true],
    ['t', true],
    ['1', true],
    ['y', true],
    ['off', false],
    ['false', false],
    ['0', false],
    ['no', false],
    ['o', false],
  ])('%s is %s', (text, is) => {
    expect(isOn(text)).toBe(is);
  });
});

describe('wraparound', () => {
  test.each([
    [12, SETTINGS_12, { warn: 2_136_483_647, stop: 2_146_483_647, failsafe: null }],
    [14, SETTINGS_14, { warn: 2_107_483_647, stop: 2_144_483_647, failsafe: 1_600_000_000 }],
    [18, SETTINGS_18, { warn: 2_107_483_647, stop: 2_144_483_647, failsafe: 1_600_000_000 }],
    [19, SETTINGS_18, { warn: 2_047_483_647, stop: 2_144_483_647, failsafe: 1_600_000_000 }],
  ])('limits of PostgreSQL %i', (major, values, expected) => {
    expect(milestonesOf(major, settings(values)).xid).toEqual({
      ...expected,
      forced_autovacuum: 200_000_000,
    });
  });

  test('the failsafe never comes before 105 % of freeze_max_age, and an option only lowers that', () => {
    const values = settings({
      ...SETTINGS_14,
      vacuum_failsafe_age: '1000',
      autovacuum_freeze_max_age: '1000000',
    });
    expect(milestonesOf(14, values, ['autovacuum_freeze_max_age=100000']).xid).toMatchObject({
      failsafe: 1_050_000,
      forced_autovacuum: 100_000,
    });
    expect(milestonesOf(14, values, ['autovacuum_freeze_max_age=2000000']).xid.forced_autovacuum).toBe(
      1_000_000,
    );
  });

  test('the level is the furthest milestone passed, on both sides of each', () => {
    const { xid } = milestonesOf(14, settings(SETTINGS_14));
    const ages = [
      200_000_000, 200_000_001, 1_600_000_001, 2_107_483_646, 2_107_483_647, 2_144_483_646, 2_144_483_647,
    ];
    expect(ages.map((age) => levelOf(age, xid))).toEqual([
      'none',
      'forced_autovacuum',
      'failsafe',
      'failsafe',
      'warn',
      'warn',
      'stop',
    ]);
  });

  const database: DatabaseStat = {
    datname: 'Odd "name"',
    allows_connections: true,
    is_template: false,
    is_connected: true,
    xid_age: 100,
    mxid_age: 399_999_000,
    next_xid: '4294967400',
    multixact_position: 2 ** 31 - 50,
  };

  test('the sooner of transactions and multixacts decides when it comes', () => {
    const earlier = { databases: [database], tables: [], intervalMs: 10_000 };
    const now = { ...database, next_xid: '4294968400', multixact_position: -(2 ** 31) + 50 };
    const rates = idRates(earlier, [now]);
    expect(rates).toEqual({ interval_ms: 10_000, xid_per_s: 100, multixact_per_s: 10 });
    expect(databaseHealth(database, { major: 14, settings: settings(SETTINGS_14), rates }).eta).toEqual({
      forced_autovacuum_s: 100,
      warn_s: 21_074_835,
      stop_s: 21_444_835,
    });
    expect(idRates(earlier, [{ ...database, next_xid: '5' }]).xid_per_s).toBeNull();
    expect(
      databaseHealth(database, {
        major: 14,
        settings: settings(SETTINGS_14),
        rates: idRates(earlier, [database]),
      }).eta,
    ).toEqual({
      forced_autovacuum_s: null,
      warn_s: null,
      stop_s: null,
    });
  });

  test('a database is silent at its freeze_max_age and told beyond it, by multixacts too', () => {
    const levels = [400_000_000, 400_000_001].map((age) => {
      const stat = { ...database, mxid_age: age };
      return databaseHealth(stat, { major: 14, settings: settings(SETTINGS_14), rates: null });
    });
    expect(levels.map(({ issues }) => issues)).toEqual([[], ['wraparound']]);
    expect(levels[1]?.remedy).toEqual(['-- connected to "Odd ""name""":', 'VACUUM (FREEZE);']);
  });
});

describe('tables', () => {
  const healthy: TableStat = {
    relid: 1,
    schemaname: 'public',
    relname: 'T',
    part: 'heap',
    relkind: 'r',
    persistence: 'p',
    is_system: false,
    options: [],
    options_inherited: false,
    relpages: 10,
    reltuples: 1000,
    relallfrozen: null,
    n_live_tup: 1000,
    n_dead_tup: 250,
    n_mod_since_analyze: 150,
    n_ins_since_vacuum: 1200,
    last_vacuum: null,
    last_autovacuum: null,
    last_analyze: '2026-01-01T00:00:00Z',
    last_autoanalyze: null,
    has_statistics: null,
    xid_age: 200_000_000,
    mxid_age: 400_000_000,
    tables_in_all: 1,
  };
  const context: TableContext = {
    major: 14,
    settings: settings(SETTINGS_14),
    counted: true,
    vacuumedBy: new Map(),
    deadPerSecond: new Map(),
  };
  const unanalyzed = { last_analyze: null, has_statistics: false, n_mod_since_analyze: 1000 };

  test.each<[string, Partial<TableStat>, string[]]>([
    ['every counter at its threshold', {}, []],
    ['one dead row more', { n_dead_tup: 251 }, ['dead_tuples']],
    ['one changed row more', { n_mod_since_analyze: 151 }, ['stale_statistics']],
    ['inserts alone are due, not wrong', { n_ins_since_vacuum: 1201 }, []],
    ['a transaction id more', { xid_age: 200_000_001 }, ['wraparound']],
    ['a multixact more', { mxid_age: 400_000_001 }, ['wraparound']],
    ['never analyzed', unanalyzed, ['never_analyzed']],
    ['a record that was lost', { ...unanalyzed, has_statistics: true }, ['stale_statistics']],
    ['statistics this role may not see', { ...unanalyzed, has_statistics: null, n_mod_since_analyze: 0 }, []],
    [
      'too small to be analyzed',
      { ...unanalyzed, reltuples: null, n_live_tup: 50, n_dead_tup: 0, n_mod_since_analyze: 50 },
      [],
    ],
    ['a system catalog', { ...unanalyzed, is_system: true, n_mod_since_analyze: 0 }, []],
    ['switched off', { options: ['autovacuum_enabled=false'] }, ['autovacuum_off']],
    [
      'its TOAST table goes with it and is not told again',
      { part: 'toast', options: ['autovacuum_enabled=false'], options_inherited: true },
      [],
    ],
    ['a TOAST table alone', { part: 'toast', options: ['autovacuum_enabled=off'] }, ['autovacuum_off']],
    ['a temporary table is nobody’s but its session’s', { persistence: 't', n_dead_tup: 9999 }, []],
    ['a temporary table ages all the same', { persistence: 't', xid_age: 300_000_000 }, ['wraparound']],
  ])('%s', (_, more, issues) => {
    expect(tableHealth({ ...healthy, ...more }, context).issues).toEqual(issues);
  });

  test('what does not count on a standby is null, and no issue', () => {
    const seen = tableHealth(
      { ...healthy, n_dead_tup: 99_999, n_mod_since_analyze: 0 },
      { ...context, counted: false },
    );
    expect(seen).toMatchObject({
      dead_tuples: null,
      live_tuples: null,
      changed_tuples: null,
      issues: [],
      due: [],
    });
    expect(seen.xid.age).toBe(200_000_000);
  });

  test('remedies are SQL that quotes names', () => {
    const remedy = (more: Partial<TableStat>): readonly string[] =>
      tableHealth({ ...healthy, ...more }, context).remedy;
    expect(remedy({ n_dead_tup: 999, n_mod_since_analyze: 999 })).toEqual(['VACUUM (ANALYZE) public."T";']);
    expect(remedy({ xid_age: 300_000_000, options: ['autovacuum_enabled=off'] })).toEqual([
      'ALTER TABLE public."T" RESET (autovacuum_enabled);',
      'VACUUM (FREEZE) public."T";',
    ]);
    expect(remedy({ part: 'toast', options: ['autovacuum_enabled=off'] })).toEqual([
      'ALTER TABLE public."T" RESET (toast.autovacuum_enabled);',
    ]);
    expect(remedy({})).toEqual([]);
  });

  test('rates tell when the threshold is passed', () => {
    const earlier = { databases: [], tables: [{ ...healthy, n_dead_tup: 150 }], intervalMs: 10_000 };
    const rates = deadPerSecond(earlier, [
      { ...healthy, n_dead_tup: 200 },
      { ...healthy, relid: 2 },
    ]);
    expect([...rates]).toEqual([[1, 5]]);
    const seen = tableHealth({ ...healthy, n_dead_tup: 200 }, { ...context, deadPerSecond: rates });
    expect(seen).toMatchObject({ dead_per_s: 5, dead_threshold_in_s: 10 });
  });
});

describe('workers', () => {
  const worker = (pid: number, type: string, query: string | null = null): WorkerRow => ({
    pid,
    backend_type: type,
    datname: 'd',
    xact_start: null,
    age_ms: 1,
    query,
  });

  test('the cost limit becomes bytes per second', () => {
    expect(workersOf([], true, settings(SETTINGS_12))).toMatchObject({
      running: 0,
      max: 3,
      cost_delay_ms: 2,
      cost_limit: 200,
      max_read_bytes_per_s: 81_920_000,
      max_dirty_bytes_per_s: 40_960_000,
    });
    const free = settings({
      ...SETTINGS_14,
      autovacuum_vacuum_cost_delay: '-1',
      autovacuum_vacuum_cost_limit: '500',
    });
    expect(workersOf([], true, free)).toMatchObject({
      cost_delay_ms: 0,
      cost_limit: 500,
      max_read_bytes_per_s: null,
    });
  });

  test('18 has no more workers than slots; who may not see them is told nothing', () => {
    const three = [1, 2, 3].map((pid) => worker(pid, 'autovacuum worker'));
    const few = settings({ ...SETTINGS_18, autovacuum_max_workers: '8', autovacuum_worker_slots: '3' });
    const seen = workersOf([...three, worker(9, 'autovacuum launcher')], true, few);
    expect(seen).toMatchObject({ running: 3, max: 3, saturated: true, launcher_running: true });
    expect(serverIssues(seen, few).map(({ code }) => code)).toEqual(['workers_saturated']);
    const hidden = workersOf([], false, few);
    expect(hidden).toMatchObject({ running: null, saturated: null, launcher_running: null });
    const off = settings({ ...SETTINGS_18, autovacuum: 'off', track_counts: 'off' });
    expect(serverIssues(hidden, off).map(({ code }) => code)).toEqual(['autovacuum_off', 'track_counts_off']);
  });

  test('a running vacuum tells how far it is, by rows of dead ones until 16 and bytes from 17 on', () => {
    const row = { pid: 1, heap_total_bytes: 100, heap_scanned_bytes: 50, heap_vacuumed_bytes: 0 };
    const old = { ...row, num_dead_tuples: 1, max_dead_tuples: 4 };
    const recent = { ...row, pid: 2, dead_tuple_bytes: 3, max_dead_tuple_bytes: 4 };
    const processes = [
      worker(1, 'autovacuum worker', 'autovacuum: VACUUM public.t (to prevent wraparound)'),
      worker(2, 'client backend', 'VACUUM t'),
    ];
    expect(runningVacuums([old, recent, { pid: 3 }], processes)).toMatchObject([
      {
        kind: 'autovacuum',
        to_prevent_wraparound: true,
        scanned_ratio: 0.5,
        vacuumed_ratio: 0,
        dead_memory_ratio: 0.25,
      },
      { kind: 'by_hand', to_prevent_wraparound: false, dead_memory_ratio: 0.75 },
      { kind: null, to_prevent_wraparound: null, scanned_ratio: null },
    ]);
  });
});

describe('who holds the horizon', () => {
  const holder = (kind: string, age: number, more: Partial<HolderRow> = {}): HolderRow => ({
    kind,
    pid: 1,
    name: null,
    datname: null,
    usename: null,
    application_name: null,
    state: null,
    catalogs_only: false,
    since: null,
    xid_age: age,
    query: null,
    ...more,
  });

  test('a transaction elsewhere and a logical slot do not hold back the tables here', () => {
    const rows = [
      holder('transaction', 900, { datname: 'elsewhere', state: 'idle in transaction' }),
      holder('replication_slot', 800, { name: "it's", catalogs_only: true, state: 'inactive' }),
      holder('prepared_transaction', 700, { name: 'g', datname: 'here' }),
      holder('standby', 700),
      holder('transaction', 5, { datname: 'here', state: 'active' }),
    ];
    const seen = horizonHolders(rows, 'here', false);
    expect(
      seen.map(({ kind, affects_connected_database: affects, is_oldest: oldest }) => [kind, affects, oldest]),
    ).toEqual([
      ['transaction', false, false],
      ['replication_slot', true, false],
      ['prepared_transaction', true, true],
      ['standby', true, true],
      ['transaction', true, false],
    ]);
    expect(seen[0]?.advice).toContain('pg_terminate_backend(1)');
    expect(seen[1]?.advice).toContain("pg_drop_replication_slot('it''s')");
    expect(seen[4]?.advice).toContain('pg_cancel_backend(1)');
  });
});
