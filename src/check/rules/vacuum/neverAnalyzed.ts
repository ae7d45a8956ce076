import { pgStatUserTables } from '../../../inspect/sections/pg_stat_user_tables.js';
import { levelOf } from '../../level.js';
import { qualified } from '../../sqlName.js';
import type { CheckRule } from '../../rule.js';

/** Tables that the planner knows nothing of. */
export const neverAnalyzed: CheckRule = {
  id: 'never_analyzed',
  family: 'vacuum',
  title: 'A table was never analyzed',
  severity: 'warning',
  about:
    'The planner knows nothing of its columns and guesses. Tables of one page or few rows are left out; so are those of which the statistics were restored or reset while pg_statistic still knows them: reltuples tells.',
  source: 'https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS',
  remediation: { text: 'Analyze the table.', sql: null },
  reads: [pgStatUserTables],
  only: 'primary',
  thresholds: { warning_rows: { value: 10000, unit: 'rows', meaning: 'it has so many rows' } },
  find: (checked, limit) =>
    checked.rows(pgStatUserTables).flatMap((row) => {
      const { schemaname, relname, relkind, n_live_tup, reltuples, last_analyze, last_autoanalyze } = row;
      if (relkind === 'partitioned table' || last_analyze !== null || last_autoanalyze !== null) return [];
      if ((reltuples ?? 0) > 0) return [];
      const level = levelOf(n_live_tup, limit, ['warning_rows']);
      if (level === null) return [];
      const name = qualified(schemaname, relname);
      return [
        {
          object: { type: 'table', name },
          evidence: { n_live_tup, reltuples },
          ...level,
          remediation: { text: 'Analyze the table.', sql: `ANALYZE ${name};` },
        },
      ];
    }),
};
