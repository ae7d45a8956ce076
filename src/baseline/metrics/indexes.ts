import { pgStatUserIndexes } from '../../inspect/sections/pg_stat_user_indexes.js';
import { pgStatUserTables } from '../../inspect/sections/pg_stat_user_tables.js';
import type { Metric } from '../metric.js';

const of = {
  group: 'indexes',
  source: { kind: 'view', section: pgStatUserIndexes },
  object: {
    type: 'index',
    columns: ['schemaname', 'indexrelname'],
    sql: true,
    database: { column: 'database' },
  },
} as const;

export const indexMetrics: readonly Metric[] = [
  {
    ...of,
    id: 'presence',
    value: {
      kind: 'presence',
      served: 'idx_scan',
      owner: { section: pgStatUserTables, column: 'relid' },
    },
    unit: null,
    meaning: 'whether the index is there; worse when it is gone and had been scanned',
    worse: 'lower',
    least: { factor: 1, absolute: 0 },
  },
  {
    ...of,
    id: 'is_valid',
    value: { kind: 'state', column: 'is_valid', bad: ['false'] },
    unit: null,
    meaning: 'whether queries may use it; false after a CREATE INDEX CONCURRENTLY that failed',
    worse: null,
    least: { factor: 1, absolute: 0 },
  },
  {
    ...of,
    id: 'scans_per_s',
    value: { kind: 'rate', counters: ['idx_scan'] },
    unit: 'per_s',
    meaning: 'scans per second',
    worse: 'lower',
    regression: 'unusual',
    least: { factor: 3, absolute: 0.1 },
  },
  {
    ...of,
    id: 'entries_per_scan',
    value: { kind: 'per', counters: ['idx_tup_read'], per: 'idx_scan' },
    unit: 'rows_per_scan',
    meaning: 'entries read per scan: many mean that it does not select well, or holds dead ones',
    worse: 'higher',
    regression: 'unusual',
    least: { factor: 3, absolute: 100 },
    enough: [{ counter: 'idx_scan', grown: 10 }],
  },
  {
    ...of,
    id: 'size_bytes',
    value: { kind: 'gauge', column: 'size_bytes' },
    unit: 'bytes',
    meaning: 'bytes of the index',
    worse: 'higher',
    regression: 'unusual',
    grows: true,
    least: { factor: 1.2, absolute: 16 * 1024 ** 2 },
  },
];

/** What `query index-health` said. */
export const indexHealthMetrics: readonly Metric[] = [
  {
    id: 'issue',
    group: 'indexes',
    source: {
      kind: 'analysis',
      id: 'index_health',
      analysis: 'index_health',
      list: 'indexes',
      keys: ['schema', 'table', 'index', 'issue'],
    },
    object: { type: 'index_issue', columns: ['issue', 'schema', 'index'], database: 'connected' },
    value: { kind: 'presence' },
    unit: null,
    meaning: 'whether query index-health has that against the index',
    worse: 'higher',
    regression: 'unusual',
    least: { factor: 1, absolute: 0 },
  },
];
