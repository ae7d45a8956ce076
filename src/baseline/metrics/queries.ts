import { pgStatStatements } from '../../inspect/sections/pg_stat_statements.js';
import type { Enough, Metric } from '../metric.js';

const of = {
  group: 'queries',
  source: { kind: 'view', section: pgStatStatements },
  object: { type: 'query', columns: ['queryid'], database: { column: 'datname' } },
} as const;

const MIB = 1024 ** 2;

/** A statement that takes less than this share of all execution is not worth a line, whatever it does. */
const COSTS: Enough = { counter: 'total_exec_time_ms', share: 0.005 };
/** A mean of fewer calls is chance. */
const CALLED: Enough = { counter: 'calls', grown: 5 };

const perCall = (counters: readonly string[]) => ({ kind: 'per', counters, per: 'calls' }) as const;

/** Of each entry of pg_stat_statements: by role, database, level and queryid. */
export const queryMetrics: readonly Metric[] = [
  {
    ...of,
    id: 'presence',
    value: { kind: 'presence', alive: 'calls' },
    unit: null,
    meaning: 'whether the statement was executed',
    worse: null,
    least: { factor: 1, absolute: 0 },
    enough: [COSTS],
  },
  {
    ...of,
    id: 'mean_exec_time_ms',
    value: perCall(['total_exec_time_ms']),
    unit: 'ms',
    meaning: 'milliseconds of execution per call',
    worse: 'higher',
    least: { factor: 2, absolute: 1 },
    enough: [CALLED, COSTS],
  },
  {
    ...of,
    id: 'exec_time_ms_per_s',
    value: { kind: 'rate', counters: ['total_exec_time_ms'] },
    unit: 'ms_per_s',
    meaning: 'milliseconds of execution per second, all calls together',
    worse: 'higher',
    regression: 'unusual',
    least: { factor: 2, absolute: 1 },
    enough: [COSTS],
  },
  {
    ...of,
    id: 'calls_per_s',
    value: { kind: 'rate', counters: ['calls'] },
    unit: 'per_s',
    meaning: 'calls per second',
    worse: null,
    least: { factor: 3, absolute: 0.1 },
    enough: [COSTS],
  },
  {
    ...of,
    id: 'rows_per_call',
    value: perCall(['rows']),
    unit: 'rows_per_call',
    meaning: 'rows returned or changed per call',
    worse: null,
    least: { factor: 3, absolute: 100 },
    enough: [CALLED, COSTS],
  },
  {
    ...of,
    id: 'shared_bytes_per_call',
    value: perCall(['shared_hit_bytes', 'shared_read_bytes']),
    unit: 'bytes_per_call',
    meaning:
      'bytes of shared blocks looked at per call, cached or not: it tells another plan from a slow disk',
    worse: 'higher',
    least: { factor: 2, absolute: MIB / 4 },
    enough: [CALLED, COSTS],
  },
  {
    ...of,
    id: 'shared_read_bytes_per_call',
    value: perCall(['shared_read_bytes']),
    unit: 'bytes_per_call',
    meaning: 'bytes of shared blocks per call that were not in shared buffers',
    worse: 'higher',
    regression: 'unusual',
    least: { factor: 3, absolute: MIB },
    enough: [CALLED, COSTS],
  },
  {
    ...of,
    id: 'temp_bytes_per_call',
    value: perCall(['temp_read_bytes', 'temp_written_bytes']),
    unit: 'bytes_per_call',
    meaning: 'bytes of temporary files per call: sorts and hashes that did not fit work_mem',
    worse: 'higher',
    least: { factor: 2, absolute: MIB },
    enough: [CALLED, COSTS],
  },
  {
    ...of,
    id: 'wal_bytes_per_call',
    value: perCall(['wal_bytes']),
    unit: 'bytes_per_call',
    meaning: 'bytes of WAL per call, since pg_stat_statements 1.8',
    worse: 'higher',
    regression: 'unusual',
    least: { factor: 3, absolute: MIB / 16 },
    enough: [CALLED, COSTS],
  },
];
