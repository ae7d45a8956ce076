import { pgStatUserTables } from '../../inspect/sections/pg_stat_user_tables.js';
import type { Metric } from '../metric.js';

const of = {
  group: 'tables',
  source: { kind: 'view', section: pgStatUserTables },
  object: { type: 'table', columns: ['schemaname', 'relname'] },
} as const;

export const tableMetrics: readonly Metric[] = [
  {
    ...of,
    id: 'size_bytes',
    value: { kind: 'gauge', column: 'size_bytes' },
    unit: 'bytes',
    meaning: 'bytes of the table with TOAST, without indexes',
    worse: 'higher',
    least: { factor: 1.1, absolute: 16 * 1024 ** 2 },
  },
];
