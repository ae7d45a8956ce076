import { pgStatUserTables } from '../../inspect/sections/pg_stat_user_tables.js';
import type { Metric, MetricObject } from '../metric.js';

const MIB = 1024 ** 2;
const tables = {
  kind: 'analysis',
  id: 'bloat_tables',
  analysis: 'bloat',
  list: 'tables',
  keys: ['schema', 'name', 'part'],
} as const;
const indexes = {
  kind: 'analysis',
  id: 'bloat_indexes',
  analysis: 'bloat',
  list: 'indexes',
  keys: ['schema', 'name'],
} as const;

const object = (type: string): MetricObject => ({
  type,
  columns: ['schema', 'name'],
  sql: true,
  database: 'connected',
});

type Part = Pick<Metric, 'source' | 'object' | 'where'>;

const heap: Part = { source: tables, object: object('table'), where: { column: 'part', in: ['heap'] } };
const toast: Part = { source: tables, object: object('table'), where: { column: 'part', in: ['toast'] } };
const index: Part = { source: indexes, object: object('index') };

const bytes = (id: string, part: Part, of: string): Metric => ({
  ...part,
  id,
  group: 'tables',
  counted: pgStatUserTables,
  value: { kind: 'gauge', column: 'bloat_bytes' },
  unit: 'bytes',
  meaning: `bytes that a rewrite of ${of} would give back, as query bloat estimates them`,
  worse: 'higher',
  least: { factor: 1.5, absolute: 8 * MIB },
});

const share = (id: string, part: Part, of: string): Metric => ({
  ...part,
  id,
  group: 'tables',
  counted: pgStatUserTables,
  value: { kind: 'gauge', column: 'bloat_ratio' },
  unit: 'ratio',
  meaning: `bloat of the bytes of ${of}`,
  worse: 'higher',
  least: { factor: 1.2, absolute: 0.2 },
  enough: [{ gauge: 'bloat_bytes', least: 8 * MIB }],
});

/** What `query bloat` said. */
export const bloatMetrics: readonly Metric[] = [
  bytes('bloat_bytes', heap, 'the table'),
  share('bloat_ratio', heap, 'the table'),
  bytes('toast_bloat_bytes', toast, 'its TOAST table'),
  bytes('bloat_bytes', index, 'the index'),
  share('bloat_ratio', index, 'the index'),
];
