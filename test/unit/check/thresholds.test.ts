import { describe, expect, it } from 'vitest';
import { asked, found, ruleOf } from './checkedRows.js';

type Rows = Readonly<Record<string, unknown>>;
type Case = readonly [rule: string, threshold: string, below: Given, at: Given];
type Given = Parameters<typeof asked>[1];

const MB = 1024 ** 2;
const GB = 1024 ** 3;
const DAY_AGO = '2026-05-31T12:00:00.5Z';

const one = (section: string, row: Rows, settings: Given['settings'] = {}, major = 17): Given => ({
  major,
  rows: { [section]: [row] },
  settings,
});
const activity = (row: Rows): Given =>
  one('pg_stat_activity', { pid: 7, backend_type: 'client backend', ...row });
const many = (count: number): Given => ({
  rows: {
    pg_stat_activity: Array.from({ length: count }, (_, pid) => ({ pid, backend_type: 'client backend' })),
  },
  settings: { max_connections: '103', superuser_reserved_connections: '3' },
});
const database = (row: Rows): Given =>
  one('pg_stat_database', { datname: 'app', stats_reset: DAY_AGO, ...row });
const age = (row: Rows, major = 17): Given => one('pg_database', { datname: 'app', ...row }, {}, major);
const table = (row: Rows): Given =>
  one(
    'pg_stat_user_tables',
    { schemaname: 'public', relname: 't', relkind: 'table', reltuples: 100_000, ...row },
    {
      autovacuum_vacuum_threshold: '50',
      autovacuum_vacuum_scale_factor: '0.2',
      autovacuum_analyze_threshold: '50',
      autovacuum_analyze_scale_factor: '0.1',
      autovacuum_freeze_max_age: '200000000',
    },
  );
const slot = (row: Rows): Given => one('pg_replication_slots', { slot_name: 's', active: false, ...row });
const time = (setting: string): Rows => ({ setting, vartype: 'integer', unit: 's' });
const checkpoint = (ms: number, bytes: number): Given => ({
  rows: {
    pg_control_checkpoint: [{ checkpoint_age_ms: ms, redo_lsn: '0/0' }],
    system: [{ current_wal_lsn: `0/${bytes.toString(16)}` }],
  },
  settings: { checkpoint_timeout: time('300') },
});
const checkpoints = (timed: number, requested: number): Given => ({
  rows: { pg_stat_checkpointer: [{ num_timed: timed, num_requested: requested }] },
});
const wal = (bytes: number): Given =>
  one(
    'pg_ls_waldir',
    { segments_bytes: bytes, max_wal_size_bytes: GB },
    {
      max_wal_size: { setting: '1024', vartype: 'integer', unit: 'MB' },
    },
  );

/** The manual’s own figures: refused 3 million before 2^31 from 14 on, 1 million before. */
const REFUSED_17 = 2 ** 31 - 1 - 3_000_000;
const REFUSED_13 = 2 ** 31 - 1 - 1_000_000;

const CASES: readonly Case[] = [
  ['connections_used', 'warning_ratio', many(79), many(80)],
  ['connections_used', 'critical_ratio', many(94), many(95)],
  ['idle_in_transaction', 'warning_ms', ...idle(299_999, 300_000)],
  ['idle_in_transaction', 'critical_ms', ...idle(3_599_999, 3_600_000)],
  [
    'query_long',
    'warning_ms',
    activity({ state: 'active', query_age_ms: 3_599_999 }),
    activity({ state: 'active', query_age_ms: 3_600_000 }),
  ],
  ['lock_wait_long', 'warning_ms', waits(29_999), waits(30_000)],
  ['lock_wait_long', 'critical_ms', waits(299_999), waits(300_000)],
  ['prepared_transaction_old', 'warning_ms', prepared(3_599_999), prepared(3_600_000)],
  ['prepared_transaction_old', 'critical_ms', prepared(86_399_999), prepared(86_400_000)],
  ['role_connection_limit', 'warning_ratio', role(8), role(9)],
  ['superusers_many', 'info_roles', supers(2), supers(3)],
  ['deadlocks', 'warning_per_day', database({ deadlocks: 4 }), database({ deadlocks: 5 })],
  [
    'temp_files_heavy',
    'warning_bytes_per_day',
    database({ temp_bytes: 10 * GB - 1 }),
    database({ temp_bytes: 10 * GB }),
  ],
  ['statements_evicted', 'info_per_day', evicted(9), evicted(10)],
  [
    'xid_wraparound',
    'warning_ratio',
    age({ frozenxid_age: Math.floor(REFUSED_17 * 0.4) }),
    age({ frozenxid_age: Math.ceil(REFUSED_17 * 0.4) }),
  ],
  [
    'xid_wraparound',
    'critical_ratio',
    age({ frozenxid_age: Math.floor(REFUSED_13 * 0.8) }, 13),
    age({ frozenxid_age: Math.ceil(REFUSED_13 * 0.8) }, 13),
  ],
  [
    'multixact_wraparound',
    'warning_ratio',
    age({ minmxid_age: Math.floor(REFUSED_17 * 0.4) }),
    age({ minmxid_age: Math.ceil(REFUSED_17 * 0.4) }),
  ],
  [
    'multixact_wraparound',
    'critical_ratio',
    age({ minmxid_age: Math.floor(REFUSED_17 * 0.8) }),
    age({ minmxid_age: Math.ceil(REFUSED_17 * 0.8) }),
  ],
  [
    'table_freeze_overdue',
    'warning_ratio',
    table({ relfrozenxid_age: 299_999_999 }),
    table({ relfrozenxid_age: 300_000_000 }),
  ],
  ['dead_rows_overdue', 'warning_ratio', table({ n_dead_tup: 60_149 }), table({ n_dead_tup: 60_150 })],
  [
    'dead_rows_overdue',
    'least_rows',
    table({ n_dead_tup: 9_999, reltuples: 0 }),
    table({ n_dead_tup: 10_000, reltuples: 0 }),
  ],
  [
    'statistics_stale',
    'warning_ratio',
    table({ n_mod_since_analyze: 30_149, last_analyze: DAY_AGO }),
    table({ n_mod_since_analyze: 30_150, last_analyze: DAY_AGO }),
  ],
  [
    'never_analyzed',
    'warning_rows',
    table({ n_live_tup: 9_999, reltuples: -1 }),
    table({ n_live_tup: 10_000, reltuples: -1 }),
  ],
  ['table_autovacuum_off', 'warning_rows', ...off(999, 1000)],
  [
    'sequential_scans_heavy',
    'info_times',
    table({ n_live_tup: 100_000, seq_scan: 100, seq_tup_read: 9_999_999 }),
    table({ n_live_tup: 100_000, seq_scan: 100, seq_tup_read: 10_000_000 }),
  ],
  [
    'slot_inactive',
    'warning_bytes',
    slot({ retained_wal_bytes: 256 * MB - 1 }),
    slot({ retained_wal_bytes: 256 * MB }),
  ],
  [
    'slot_inactive',
    'critical_bytes',
    slot({ retained_wal_bytes: 10 * GB - 1 }),
    slot({ retained_wal_bytes: 10 * GB }),
  ],
  ['slot_horizon_old', 'warning_transactions', slot({ xmin_age: 9_999_999 }), slot({ xmin_age: 10_000_000 })],
  [
    'slot_horizon_old',
    'critical_transactions',
    slot({ catalog_xmin_age: 199_999_999 }),
    slot({ catalog_xmin_age: 200_000_000 }),
  ],
  [
    'horizon_old',
    'warning_transactions',
    activity({ backend_xmin_age: 9_999_999 }),
    activity({ backend_xmin_age: 10_000_000 }),
  ],
  [
    'horizon_old',
    'critical_transactions',
    activity({ backend_xid_age: 199_999_999 }),
    activity({ backend_xid_age: 200_000_000 }),
  ],
  ['standby_lag', 'warning_bytes', lag(256 * MB - 1), lag(256 * MB)],
  ['standby_lag', 'critical_bytes', lag(5 * GB - 1), lag(5 * GB)],
  ['standby_conflicts', 'warning_per_day', conflicts(9), conflicts(10)],
  ['checkpoint_overdue', 'critical_ratio', checkpoint(899_999, 16 * MB), checkpoint(900_000, 16 * MB)],
  ['checkpoint_overdue', 'least_bytes', checkpoint(900_000, 16 * MB - 1), checkpoint(900_000, 16 * MB)],
  ['requested_checkpoints', 'warning_ratio', checkpoints(16, 15), checkpoints(15, 15)],
  ['requested_checkpoints', 'least_checkpoints', checkpoints(0, 29), checkpoints(0, 30)],
  ['wal_directory_large', 'warning_ratio', wal(2 * GB - 1), wal(2 * GB)],
  ['wal_directory_large', 'critical_ratio', wal(10 * GB - 1), wal(10 * GB)],
  ['sequence_exhaustion', 'warning_ratio', sequence(0.7499), sequence(0.75)],
  ['sequence_exhaustion', 'critical_ratio', sequence(0.8999), sequence(0.9)],
];

function idle(below: number, at: number): [Given, Given] {
  const given = (state_age_ms: number): Given => activity({ state: 'idle in transaction', state_age_ms });
  return [given(below), given(at)];
}
function off(below: number, at: number): [Given, Given] {
  const given = (n_live_tup: number): Given =>
    table({ n_live_tup, reloptions: ['autovacuum_enabled=FALSE'] });
  return [given(below), given(at)];
}
function waits(wait_ms: number): Given {
  return one('pg_locks', { pid: 7, blocked_by: [8], wait_ms });
}
function prepared(prepared_age_ms: number): Given {
  return one('pg_prepared_xacts', { gid: 'g', prepared_age_ms });
}
function role(connections: number): Given {
  return one('pg_roles', { rolname: 'r', connection_limit: 10, connections });
}
function supers(count: number): Given {
  const row = { is_superuser: true, can_login: true };
  return {
    rows: { pg_roles: Array.from({ length: count }, (_, n) => ({ rolname: `r${String(n)}`, ...row })) },
  };
}
function evicted(dealloc: number): Given {
  return one('pg_stat_statements_info', { dealloc, stats_reset: DAY_AGO });
}
function lag(replay_lag_bytes: number): Given {
  return one('pg_stat_replication', { pid: 1, application_name: 'a', state: 'streaming', replay_lag_bytes });
}
function conflicts(confl_snapshot: number): Given {
  return {
    role: 'standby',
    ...one('pg_stat_database_conflicts', { datname: 'app', confl_snapshot, stats_reset: DAY_AGO }),
  };
}
function sequence(used_ratio: number): Given {
  return one('pg_sequences', { schemaname: 'public', sequencename: 's', used_ratio, cycle: false });
}

describe('the default thresholds', () => {
  it.each(CASES)('%s: %s just below, and reached', (rule, threshold, below, at) => {
    const crossed = (given: Given): (string | null)[] =>
      asked(rule, given).findings.map((one) => one.found.threshold);
    const decides = threshold.startsWith('least_') ? /./ : new RegExp(`^${threshold}$`);
    expect(asked(rule, below).notEvaluated).toEqual([]);
    expect(crossed(below).filter((name) => decides.test(name ?? ''))).toEqual([]);
    expect(crossed(at).filter((name) => decides.test(name ?? ''))).toHaveLength(1);
    expect(ruleOf(rule).thresholds[threshold]).toBeDefined();
  });
});

describe('what a rule leaves out', () => {
  it('blames the oldest transaction, not the snapshots that it makes old', () => {
    const rows = [
      { pid: 1, backend_xid_age: 20_000_000, backend_xmin_age: 19_000_000 },
      { pid: 2, backend_xmin_age: 20_000_000 },
      { pid: 3, backend_xmin_age: 21_000_000 },
    ];
    expect(found('horizon_old', { rows: { pg_stat_activity: rows } })).toEqual([
      'session:1 warning',
      'session:3 warning',
    ]);
  });

  it('counts days by the whole server where a database does not tell since when', () => {
    const rows = { pg_stat_database: [{ datname: 'app', deadlocks: 100 }] };
    const young = { ...rows, pg_stat_archiver: [{ stats_reset: '2026-05-31T12:00:00.5Z' }] };
    const old = { ...young, pg_stat_bgwriter: [{ stats_reset: '2026-01-01T00:00:00Z' }] };
    expect(found('deadlocks', { rows: young })).toEqual(['database:app warning']);
    expect(found('deadlocks', { rows: old })).toEqual([]);
    expect(asked('deadlocks', { rows }).notEvaluated).toMatchObject([
      { reason: 'stats_invisible', partly: false },
    ]);
  });

  it.each([
    ['a', 0, 1],
    ['a, b', 1, 0],
    ['FIRST 2 (a, b)', 1, 1],
    ['any 2 (a, b, c)', 2, 0],
    ['3 (a, b, c)', 2, 1],
    ['', 0, 0],
  ])('synchronous_standby_names = %j with %i there', (names, there, findings) => {
    const rows = Array.from({ length: there }, (_, pid) => ({
      pid,
      state: 'streaming',
      sync_state: 'quorum',
    }));
    const settings = { synchronous_standby_names: names, synchronous_commit: 'on' };
    const given = { rows: { pg_stat_replication: rows }, settings };
    expect(found('synchronous_standby_missing', given)).toHaveLength(findings);
  });

  it('does not say that a standby is missing when it cannot see whether one is', () => {
    const settings = { synchronous_standby_names: 'a', synchronous_commit: 'on' };
    const given = { rows: { pg_stat_replication: [{ pid: 1 }] }, settings };
    expect(asked('synchronous_standby_missing', given).notEvaluated).toMatchObject([
      { reason: 'no_privilege' },
    ]);
  });

  it('old failures of an archiver that is off, or has succeeded since, to the microsecond', () => {
    const archiver = (archive_mode: string, archived: string | null): Given =>
      one('pg_stat_archiver', {
        archive_mode,
        last_failed_time: '2026-05-01T00:00:00.12Z',
        last_archived_time: archived,
      });
    expect(found('archiving_failing', archiver('on', null))).toHaveLength(1);
    expect(found('archiving_failing', archiver('off', null))).toEqual([]);
    expect(found('archiving_failing', archiver('on', '2026-05-01T00:00:00.125Z'))).toEqual([]);
    expect(found('archiving_failing', { role: 'standby', ...archiver('on', null) })).toEqual([]);
  });

  it.each([
    [14, '2026-11-11T23:59:59Z', 0],
    [14, '2026-11-12T00:00:00Z', 1],
    [18, '2030-11-13T00:00:00Z', 0],
  ])('%i is supported until its last release: %s', (major, now, findings) => {
    const end = asked('version_end_of_life', { major, now });
    expect(end.findings).toHaveLength(findings);
  });

  it('a subscription that got over its errors', () => {
    const errors = { pg_stat_subscription_stats: [{ subname: 's', apply_error_count: 1 }] };
    const running = { ...errors, pg_stat_subscription: [{ subname: 's', pid: 9 }] };
    expect(found('subscription_errors', { rows: errors })).toEqual(['subscription:s critical']);
    expect(found('subscription_errors', { rows: running })).toEqual(['subscription:s info']);
  });

  it('WAL that 12 keeps for standbys by a number of segments', () => {
    const settings = {
      max_wal_size: { setting: '1024', vartype: 'integer', unit: 'MB' },
      wal_keep_segments: '200',
      wal_segment_size: { setting: String(16 * MB), vartype: 'integer', unit: 'B' },
    };
    const rows = { pg_ls_waldir: [{ segments_bytes: 3 * GB, max_wal_size_bytes: GB }] };
    expect(found('wal_directory_large', { major: 12, rows, settings })).toEqual([]);
  });
});
