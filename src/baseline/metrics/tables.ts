import { pgStatUserTables } from '../../inspect/sections/pg_stat_user_tables.js';
import type { Limit, Metric } from '../metric.js';
import { MULTIXACTS_END, TRANSACTIONS_END } from './wraparound.js';

const of = {
  group: 'tables',
  source: { kind: 'view', section: pgStatUserTables },
  object: {
    type: 'table',
    columns: ['schemaname', 'relname'],
    sql: true,
    database: { column: 'database' },
  },
} as const;

const MIB = 1024 ** 2;

/** 2^32 - 1 blocks of 8 kB. Source: MaxBlockNumber of block.h. */
const LARGEST_TABLE: Limit = {
  meaning: 'a table can have no more blocks (32 TiB with blocks of 8 kB)',
  of: { kind: 'constant', value: (2 ** 32 - 1) * 8192 },
};

const bytes = (id: string, meaning: string, limit?: Limit): Metric => ({
  ...of,
  id,
  value: { kind: 'gauge', column: id },
  unit: 'bytes',
  meaning,
  worse: 'higher',
  regression: 'unusual',
  grows: true,
  least: { factor: 1.1, absolute: 16 * MIB },
  ...(limit === undefined ? {} : { limit }),
});

const rate = (id: string, counter: string, meaning: string, least: number): Metric => ({
  ...of,
  id,
  value: { kind: 'rate', counters: [counter] },
  unit: 'per_s',
  meaning,
  worse: null,
  least: { factor: 3, absolute: least },
});

const age = (id: string, column: string, limit: Limit, unit: string): Metric => ({
  ...of,
  id,
  value: { kind: 'gauge', column },
  unit,
  meaning: `${unit} since the oldest one in it that is not frozen`,
  worse: 'higher',
  regression: 'unusual',
  grows: true,
  least: { factor: 1.5, absolute: 50_000_000 },
  limit,
});

const options = (id: string, meaning: string): Metric => ({
  ...of,
  id,
  value: {
    kind: 'state',
    column: id,
    none: '(none)',
    bad: ['off', 'false', 'no', '0'].map((word) => `autovacuum_enabled=${word}`),
  },
  unit: null,
  meaning,
  worse: null,
  least: { factor: 1, absolute: 0 },
});

export const tableMetrics: readonly Metric[] = [
  {
    ...of,
    id: 'presence',
    value: { kind: 'presence' },
    unit: null,
    meaning: 'whether the table is there',
    worse: null,
    least: { factor: 1, absolute: 0 },
    where: { column: 'persistence', notIn: ['temporary'] },
  },
  options('reloptions', 'storage options; autovacuum_enabled=off is worse'),
  options('toast_reloptions', 'storage options of its TOAST table'),
  bytes('size_bytes', 'bytes of the table with TOAST, without indexes', LARGEST_TABLE),
  bytes('indexes_bytes', 'bytes of its indexes together'),
  {
    ...of,
    id: 'live_rows',
    counted: pgStatUserTables,
    value: { kind: 'gauge', column: 'n_live_tup' },
    unit: 'rows',
    meaning: 'live rows, estimated',
    worse: null,
    grows: true,
    least: { factor: 1.5, absolute: 10_000 },
  },
  {
    ...of,
    id: 'dead_rows',
    counted: pgStatUserTables,
    value: { kind: 'gauge', column: 'n_dead_tup' },
    unit: 'rows',
    meaning: 'dead rows that VACUUM has not taken yet, estimated',
    worse: 'higher',
    regression: 'unusual',
    least: { factor: 2, absolute: 10_000 },
  },
  {
    ...of,
    id: 'dead_ratio',
    counted: pgStatUserTables,
    value: { kind: 'share', column: 'n_dead_tup', of: ['n_live_tup', 'n_dead_tup'] },
    unit: 'ratio',
    meaning: 'dead rows of all rows: autovacuum’s defaults keep it below 0.17',
    worse: 'higher',
    least: { factor: 1.5, absolute: 0.2 },
    enough: [{ gauge: 'n_dead_tup', least: 10_000 }],
  },
  {
    ...rate('seq_scans_per_s', 'seq_scan', 'sequential scans per second', 0.1),
    worse: 'higher',
    regression: 'unusual',
  },
  {
    ...rate('seq_rows_read_per_s', 'seq_tup_read', 'rows read by sequential scans per second', 1000),
    worse: 'higher',
    regression: 'unusual',
  },
  rate('idx_scans_per_s', 'idx_scan', 'index scans per second', 1),
  rate('rows_inserted_per_s', 'n_tup_ins', 'rows inserted per second', 10),
  rate('rows_updated_per_s', 'n_tup_upd', 'rows updated per second', 10),
  rate('rows_deleted_per_s', 'n_tup_del', 'rows deleted per second', 10),
  {
    ...of,
    id: 'hot_ratio',
    value: { kind: 'per', counters: ['n_tup_hot_upd'], per: 'n_tup_upd' },
    unit: 'ratio',
    meaning: 'updates that touched no index (HOT)',
    worse: 'lower',
    least: { factor: 1, absolute: 0.3 },
    enough: [{ counter: 'n_tup_upd', grown: 1000 }],
  },
  age('xid_age', 'relfrozenxid_age', TRANSACTIONS_END, 'transactions'),
  age('multixact_age', 'relminmxid_age', MULTIXACTS_END, 'multixacts'),
];
