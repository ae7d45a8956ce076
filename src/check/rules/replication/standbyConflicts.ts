import { pgStatDatabaseConflicts } from '../../../inspect/sections/pg_stat_database_conflicts.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';

/** Queries that lost against replay. */
export const standbyConflicts: CheckRule = {
  id: 'standby_conflicts',
  family: 'replication',
  title: 'Queries on the standby are cancelled for recovery',
  severity: 'warning',
  about:
    'Replay needs to remove rows that queries of the standby still read, and after max_standby_streaming_delay it wins. Counted since the last reset of statistics.',
  source: 'https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-CONFLICT',
  remediation: {
    text: 'Set hot_standby_feedback, or raise max_standby_streaming_delay: the one costs bloat on the primary, the other lag.',
    sql: null,
  },
  reads: [pgStatDatabaseConflicts],
  only: 'standby',
  thresholds: { warning_queries: { value: 10, unit: 'queries', meaning: 'so many were cancelled' } },
  find: (checked, limit) =>
    checked.rows(pgStatDatabaseConflicts).flatMap((row) => {
      const counts = [
        row.confl_snapshot,
        row.confl_lock,
        row.confl_bufferpin,
        row.confl_deadlock,
        row.confl_tablespace,
      ];
      const cancelled = counts.reduce<number>((sum, one) => sum + (one ?? 0), 0);
      const level = levelOf(cancelled, limit, ['warning_queries']);
      if (level === null || row.datname === null) return [];
      const evidence = { cancelled, confl_snapshot: row.confl_snapshot, confl_lock: row.confl_lock };
      return [{ object: { type: 'database', name: row.datname }, evidence, ...level }];
    }),
};
