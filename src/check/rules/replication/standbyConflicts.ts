import { pgStatDatabaseConflicts } from '../../../inspect/sections/pg_stat_database_conflicts.js';
import { levelOf } from '../../level.js';
import { countedDays, NO_DAYS, SERVER_COUNTERS } from '../../days.js';
import type { CheckRule } from '../../rule.js';

/** Queries that lost against replay. */
export const standbyConflicts: CheckRule = {
  id: 'standby_conflicts',
  family: 'replication',
  title: 'Queries on the standby are cancelled for recovery',
  severity: 'warning',
  about:
    'Replay needs to remove rows that queries of the standby still read, and after max_standby_streaming_delay it wins. The rate is since the last reset of statistics; a few in months are no finding.',
  source: 'https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-CONFLICT',
  remediation: {
    text: 'Set hot_standby_feedback, or raise max_standby_streaming_delay: the one costs bloat on the primary, the other lag.',
    sql: null,
  },
  reads: [pgStatDatabaseConflicts],
  uses: SERVER_COUNTERS,
  only: 'standby',
  thresholds: {
    warning_per_day: { value: 10, unit: 'queries per day', meaning: 'so many are cancelled a day' },
  },
  find: (checked, limit) => {
    const rows = checked.rows(pgStatDatabaseConflicts);
    if (rows.some((row) => countedDays(checked, row.stats_reset) === null)) return NO_DAYS;
    return rows.flatMap((row) => {
      const counts = [
        row.confl_snapshot,
        row.confl_lock,
        row.confl_bufferpin,
        row.confl_deadlock,
        row.confl_tablespace,
      ];
      const cancelled = counts.reduce<number>((sum, one) => sum + (one ?? 0), 0);
      if (cancelled === 0 || row.datname === null) return [];
      const days = countedDays(checked, row.stats_reset) ?? 0;
      const perDay = cancelled / Math.max(days, 1);
      const level = levelOf(perDay, limit, ['warning_per_day']);
      if (level === null) return [];
      const evidence = {
        cancelled,
        days,
        cancelled_per_day: perDay,
        confl_snapshot: row.confl_snapshot,
        confl_lock: row.confl_lock,
      };
      return [{ object: { type: 'database', name: row.datname }, evidence, ...level }];
    });
  },
};
