import { pgStatUserTables } from '../../../inspect/sections/pg_stat_user_tables.js';
import { levelOf } from '../../level.js';
import { qualified } from '../../sqlName.js';
import type { CheckRule } from '../../rule.js';

/** Tables that are read whole for want of an index. */
export const sequentialScansHeavy: CheckRule = {
  id: 'sequential_scans_heavy',
  family: 'indexes',
  title: 'A large table is read from end to end again and again',
  severity: 'info',
  about:
    'Sequential scans of a large table read most of what is read there. A report or a backup does that, and is fine; a query that looks for few rows needs an index. Counted since the last reset of statistics.',
  source: 'https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-TABLES-VIEW',
  remediation: { text: 'pgdba query index-suggest looks for the queries and the index.', sql: null },
  reads: [pgStatUserTables],
  only: 'primary',
  thresholds: {
    info_times: { value: 100, unit: 'times', meaning: 'the whole table was read so often' },
    least_rows: { value: 100000, unit: 'rows', meaning: 'it has at least so many rows' },
    least_scans: { value: 100, unit: 'scans', meaning: 'there were at least so many' },
  },
  find: (checked, limit) =>
    checked.rows(pgStatUserTables).flatMap((row) => {
      const { seq_scan: scans, seq_tup_read: read, idx_scan, n_live_tup: live } = row;
      if (scans === null || read === null || live === null || live < limit('least_rows')) return [];
      if (scans < limit('least_scans') || scans < (idx_scan ?? 0)) return [];
      const level = levelOf(read / Math.max(live, 1), limit, ['info_times']);
      if (level === null) return [];
      const name = qualified(row.schemaname, row.relname);
      const evidence = { seq_scan: scans, seq_tup_read: read, idx_scan, n_live_tup: live };
      return [{ object: { type: 'table', name }, evidence, ...level }];
    }),
};
