import { pgStatUserTables } from '../../inspect/sections/pg_stat_user_tables.js';
import type { Metric } from '../metric.js';

const tables = {
  group: 'vacuum',
  source: {
    kind: 'analysis',
    id: 'vacuum_tables',
    analysis: 'vacuum_health',
    list: 'tables',
    keys: ['schema', 'name', 'part'],
  },
  object: { type: 'table', columns: ['schema', 'name'], sql: true, database: 'connected' },
  where: { column: 'part', in: ['heap'] },
} as const;

/** What `query vacuum-health` said. */
export const vacuumMetrics: readonly Metric[] = [
  {
    ...tables,
    id: 'issues',
    value: {
      kind: 'state',
      column: 'issues',
      none: '(none)',
      bad: ['wraparound', 'autovacuum_off', 'dead_tuples'],
    },
    unit: null,
    meaning: 'what query vacuum-health has against the table',
    worse: null,
    least: { factor: 1, absolute: 0 },
  },
  {
    ...tables,
    id: 'dead_to_threshold_ratio',
    counted: pgStatUserTables,
    value: { kind: 'gauge', column: 'dead_to_threshold_ratio' },
    unit: 'times',
    meaning: 'dead rows over what autovacuum waits for: above 1 it owes the table a visit',
    worse: 'higher',
    least: { factor: 2, absolute: 2 },
    enough: [{ gauge: 'dead_tuples', least: 10_000 }],
  },
  {
    id: 'issue',
    group: 'vacuum',
    source: {
      kind: 'analysis',
      id: 'vacuum_issues',
      analysis: 'vacuum_health',
      list: 'issues',
      keys: ['code'],
    },
    object: { type: 'server', columns: ['code'] },
    value: { kind: 'presence' },
    unit: null,
    meaning:
      'what query vacuum-health has against the server: autovacuum_off, track_counts_off, workers_saturated',
    worse: 'higher',
    least: { factor: 1, absolute: 0 },
    // Whether all workers are busy at one moment is chance.
    where: { column: 'code', notIn: ['workers_saturated'] },
  },
];
