import { pgStatUserTables } from '../../../inspect/sections/pg_stat_user_tables.js';
import { levelOf } from '../../level.js';
import { qualified } from '../../sqlName.js';
import { analyzeThreshold } from '../../autovacuumThresholds.js';
import type { CheckRule } from '../../rule.js';

/** Tables whose statistics no longer hold. */
export const statisticsStale: CheckRule = {
  id: 'statistics_stale',
  family: 'vacuum',
  title: 'The planner’s statistics of a table are old',
  severity: 'warning',
  about:
    'More rows changed since the last ANALYZE than autovacuum lets pass, several times over: plans go by a table that is no more.',
  source: 'https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS',
  remediation: { text: 'Analyze the table, and find out why autovacuum does not.', sql: null },
  reads: [pgStatUserTables],
  only: 'primary',
  settings: ['autovacuum_analyze_threshold', 'autovacuum_analyze_scale_factor'],
  thresholds: {
    warning_ratio: {
      value: 3,
      unit: 'ratio',
      meaning: 'the changed rows are so many times those at which autovacuum analyzes',
    },
    least_rows: { value: 10000, unit: 'rows', meaning: 'at least so many rows changed' },
  },
  find: (checked, limit) =>
    checked.rows(pgStatUserTables).flatMap((row) => {
      const { schemaname, relname, n_mod_since_analyze: changed, last_analyze, last_autoanalyze } = row;
      const due = analyzeThreshold(checked, row);
      if (changed === null || due === null || changed < limit('least_rows')) return [];
      if (last_analyze === null && last_autoanalyze === null) return [];
      const level = levelOf(changed / due, limit, ['warning_ratio']);
      if (level === null) return [];
      const name = qualified(schemaname, relname);
      return [
        {
          object: { type: 'table', name },
          evidence: { n_mod_since_analyze: changed, analyze_at: due, last_analyze, last_autoanalyze },
          ...level,
          remediation: {
            text: 'Analyze the table, and find out why autovacuum does not.',
            sql: `ANALYZE ${name};`,
          },
        },
      ];
    }),
};
