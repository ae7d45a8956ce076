import { pgStatDatabase } from '../../../inspect/sections/pg_stat_database.js';
import { levelOf } from '../../level.js';
import { countedDays, NO_DAYS, SERVER_COUNTERS } from '../../days.js';
import type { CheckRule } from '../../rule.js';

/** Transactions that wait for each other. */
export const deadlocks: CheckRule = {
  id: 'deadlocks',
  family: 'queries',
  title: 'Transactions deadlock',
  severity: 'warning',
  about:
    'The server ended transactions that waited for each other. Each is an error for somebody, after waiting deadlock_timeout. The rate is since the last reset of statistics; a few in months are no finding.',
  source: 'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS',
  remediation: {
    text: 'Take locks in the same order everywhere; the server log has both statements of each.',
    sql: null,
  },
  reads: [pgStatDatabase],
  uses: SERVER_COUNTERS,
  thresholds: {
    warning_per_day: { value: 5, unit: 'deadlocks per day', meaning: 'there are so many a day' },
    least_deadlocks: { value: 5, unit: 'deadlocks', meaning: 'there were at least so many' },
  },
  find: (checked, limit) => {
    const many = checked
      .rows(pgStatDatabase)
      .filter((row) => (row.deadlocks ?? 0) >= limit('least_deadlocks'));
    if (many.some((row) => countedDays(checked, row.stats_reset) === null)) return NO_DAYS;
    return many.flatMap((row) => {
      const days = countedDays(checked, row.stats_reset) ?? 0;
      if (row.datname === null) return [];
      const perDay = (row.deadlocks ?? 0) / Math.max(days, 1);
      const level = levelOf(perDay, limit, ['warning_per_day']);
      if (level === null) return [];
      const evidence = { deadlocks: row.deadlocks, days, deadlocks_per_day: perDay };
      return [{ object: { type: 'database', name: row.datname }, evidence, ...level }];
    });
  },
};
