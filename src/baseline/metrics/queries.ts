import { pgStatStatements } from '../../inspect/sections/pg_stat_statements.js';
import type { Metric } from '../metric.js';

const of = {
  group: 'queries',
  source: { kind: 'view', section: pgStatStatements },
  object: { type: 'query', columns: ['queryid'] },
} as const;

export const queryMetrics: readonly Metric[] = [
  {
    ...of,
    id: 'mean_exec_time_ms',
    value: { kind: 'per', counters: ['total_exec_time_ms'], per: 'calls' },
    unit: 'ms',
    meaning: 'milliseconds per call',
    worse: 'higher',
    least: { factor: 1.5, absolute: 1 },
    enough: { counter: 'calls', grown: 5 },
  },
  {
    ...of,
    id: 'calls_per_s',
    value: { kind: 'rate', counters: ['calls'] },
    unit: 'per_s',
    meaning: 'calls per second',
    worse: null,
    least: { factor: 2, absolute: 0.1 },
  },
];
