import { pgSequences } from '../../inspect/sections/pg_sequences.js';
import type { Metric } from '../metric.js';

export const sequenceMetrics: readonly Metric[] = [
  {
    id: 'used_ratio',
    group: 'tables',
    source: { kind: 'view', section: pgSequences },
    object: {
      type: 'sequence',
      columns: ['schemaname', 'sequencename'],
      sql: true,
      database: { column: 'database' },
    },
    value: { kind: 'gauge', column: 'used_ratio' },
    unit: 'ratio',
    meaning: 'share of the values that the sequence and its column can hold that is drawn',
    worse: 'higher',
    regression: 'unusual',
    grows: true,
    least: { factor: 1.1, absolute: 0.05 },
    // A sequence that begins anew at its end has none.
    where: { column: 'cycle', notIn: [true] },
    limit: { meaning: 'nextval() fails, or the column overflows', of: { kind: 'constant', value: 1 } },
  },
];
