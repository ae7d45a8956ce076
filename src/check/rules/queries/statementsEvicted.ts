import { pgStatStatementsInfo } from '../../../inspect/sections/pg_stat_statements_info.js';
import { levelOf } from '../../level.js';
import { daysSince } from '../../days.js';
import type { CheckRule } from '../../rule.js';

/** Statistics of statements that do not last. */
export const statementsEvicted: CheckRule = {
  id: 'statements_evicted',
  family: 'queries',
  title: 'pg_stat_statements forgets statements',
  severity: 'info',
  about:
    'There are more kinds of statements than pg_stat_statements.max; the least used are thrown out and begin anew, so that rankings miss them. Mostly statements that differ by something that should be a parameter.',
  source: 'https://www.postgresql.org/docs/current/pgstatstatements.html (dealloc)',
  remediation: {
    text: 'Raise pg_stat_statements.max (a restart), or find the statements that are never the same.',
    sql: null,
  },
  reads: [pgStatStatementsInfo],
  since: 14,
  thresholds: {
    info_per_day: { value: 10, unit: 'evictions per day', meaning: 'it happens so often a day' },
  },
  find: (checked, limit) =>
    checked.rows(pgStatStatementsInfo).flatMap((row) => {
      const days = daysSince(row.stats_reset, checked.collectedAt);
      if (row.dealloc === null || days === null) return [];
      const perDay = row.dealloc / Math.max(days, 1);
      const level = levelOf(perDay, limit, ['info_per_day']);
      if (level === null) return [];
      const evidence = { dealloc: row.dealloc, days, dealloc_per_day: perDay, max_entries: row.max_entries };
      return [{ object: { type: 'extension', name: 'pg_stat_statements' }, evidence, ...level }];
    }),
};
