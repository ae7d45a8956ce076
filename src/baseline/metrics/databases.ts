import { pgDatabase } from '../../inspect/sections/pg_database.js';
import { pgStatDatabase } from '../../inspect/sections/pg_stat_database.js';
import type { Limit, Metric } from '../metric.js';
import { MULTIXACTS_END, TRANSACTIONS_END } from './wraparound.js';

const of = {
  group: 'system',
  source: { kind: 'view', section: pgStatDatabase },
  object: { type: 'database', columns: ['datname'] },
} as const;
const catalog = { ...of, source: { kind: 'view', section: pgDatabase } } as const;

const MIB = 1024 ** 2;

const rate = (id: string, counter: string, meaning: string, least: number): Metric => ({
  ...of,
  id,
  value: { kind: 'rate', counters: [counter] },
  unit: 'per_s',
  meaning,
  worse: null,
  least: { factor: 3, absolute: least },
});

/** A handful a day is much, of what should never be. */
const NEVER = { factor: 2, absolute: 0.0001 } as const;

const age = (id: string, column: string, limit: Limit, unit: string): Metric => ({
  ...catalog,
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

export const databaseMetrics: readonly Metric[] = [
  {
    ...catalog,
    id: 'presence',
    value: { kind: 'presence' },
    unit: null,
    meaning: 'whether the database is there',
    worse: null,
    least: { factor: 1, absolute: 0 },
  },
  {
    ...of,
    id: 'connections',
    value: { kind: 'gauge', column: 'numbackends' },
    unit: 'count',
    meaning: 'processes connected at that moment',
    worse: 'higher',
    regression: 'unusual',
    least: { factor: 2, absolute: 10 },
  },
  rate('sessions_per_s', 'sessions', 'sessions begun per second, since 14', 1),
  rate('commits_per_s', 'xact_commit', 'transactions committed per second', 10),
  {
    ...rate('rollbacks_per_s', 'xact_rollback', 'transactions rolled back per second', 1),
    worse: 'higher',
    regression: 'unusual',
  },
  { ...rate('deadlocks_per_s', 'deadlocks', 'deadlocks per second', 0), worse: 'higher', least: NEVER },
  {
    ...rate('checksum_failures_per_s', 'checksum_failures', 'broken pages found per second', 0),
    worse: 'higher',
    least: { factor: 1, absolute: 0 },
  },
  {
    ...rate('conflicts_per_s', 'conflicts', 'queries cancelled by recovery per second, on a standby', 0),
    worse: 'higher',
    regression: 'unusual',
    least: { factor: 2, absolute: 0.001 },
  },
  {
    ...rate('temp_bytes_per_s', 'temp_bytes', 'bytes written to temporary files per second', MIB / 8),
    unit: 'bytes_per_s',
    worse: 'higher',
    regression: 'unusual',
  },
  {
    ...of,
    id: 'cache_hit_ratio',
    value: { kind: 'per', counters: ['hit_bytes'], per: ['hit_bytes', 'read_bytes'] },
    unit: 'ratio',
    meaning: 'blocks found in shared buffers of all that were looked at',
    worse: 'lower',
    regression: 'unusual',
    least: { factor: 1, absolute: 0.05 },
    enough: [{ counter: 'read_bytes', grown: 16 * MIB }],
  },
  {
    ...catalog,
    id: 'size_bytes',
    value: { kind: 'gauge', column: 'size_bytes' },
    unit: 'bytes',
    meaning: 'bytes on disk, of the database that the baseline was taken from',
    worse: 'higher',
    regression: 'unusual',
    grows: true,
    least: { factor: 1.1, absolute: 64 * MIB },
  },
  age('xid_age', 'frozenxid_age', TRANSACTIONS_END, 'transactions'),
  age('multixact_age', 'minmxid_age', MULTIXACTS_END, 'multixacts'),
];
