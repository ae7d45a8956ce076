import { pgStatUserTables } from '../../../inspect/sections/pg_stat_user_tables.js';
import { levelOf } from '../../level.js';
import { qualified } from '../../sqlName.js';
import { vacuumThreshold } from '../../autovacuumThresholds.js';
import type { CheckRule } from '../../rule.js';

/** Tables that autovacuum should have cleaned long ago. */
export const deadRowsOverdue: CheckRule = {
  id: 'dead_rows_overdue',
  family: 'vacuum',
  title: 'Dead rows are far beyond what autovacuum waits for',
  severity: 'warning',
  about:
    'Autovacuum comes once the dead rows pass autovacuum_vacuum_threshold plus the scale factor’s share of the table (its own reloptions first; 18 has a ceiling). Several times that many mean that it does not come, does not get through, or may not remove them because something old still needs them.',
  source: 'https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM',
  remediation: {
    text: 'Vacuum the table; pgdba query vacuum-health tells whether a transaction, slot or standby holds the rows back.',
    sql: null,
  },
  reads: [pgStatUserTables],
  only: 'primary',
  settings: ['autovacuum_vacuum_threshold', 'autovacuum_vacuum_scale_factor'],
  thresholds: {
    warning_ratio: {
      value: 3,
      unit: 'ratio',
      meaning: 'the dead rows are so many times those at which autovacuum comes',
    },
    least_rows: { value: 10000, unit: 'rows', meaning: 'there are at least so many dead rows' },
  },
  find: (checked, limit) =>
    checked.rows(pgStatUserTables).flatMap((row) => {
      const { schemaname, relname, n_dead_tup: dead, n_live_tup, last_autovacuum, last_vacuum } = row;
      const due = vacuumThreshold(checked, row);
      if (dead === null || due === null || dead < limit('least_rows')) return [];
      const level = levelOf(dead / due, limit, ['warning_ratio']);
      if (level === null) return [];
      const name = qualified(schemaname, relname);
      return [
        {
          object: { type: 'table', name },
          evidence: { n_dead_tup: dead, n_live_tup, vacuum_at: due, last_autovacuum, last_vacuum },
          ...level,
          remediation: {
            text: 'Vacuum the table; pgdba query vacuum-health tells whether a transaction, slot or standby holds the rows back.',
            sql: `VACUUM (ANALYZE, VERBOSE) ${name};`,
          },
        },
      ];
    }),
};
