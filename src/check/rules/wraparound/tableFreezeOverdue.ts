import { pgStatUserTables } from '../../../inspect/sections/pg_stat_user_tables.js';
import { levelOf } from '../../level.js';
import { qualified } from '../../sqlName.js';
import { numberOption } from '../../reloption.js';
import type { CheckRule } from '../../rule.js';

/** Tables that the vacuum against wraparound does not reach. */
export const tableFreezeOverdue: CheckRule = {
  id: 'table_freeze_overdue',
  family: 'wraparound',
  title: 'Autovacuum does not keep up with freezing a table',
  severity: 'warning',
  about:
    'A table older than autovacuum_freeze_max_age (its own reloption, where smaller) is vacuumed against wraparound whatever else is set. One that is far beyond that age is not reached: its vacuum fails, is cancelled again and again, or something holds the horizon back.',
  source: 'https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND',
  remediation: {
    text: 'Vacuum it by hand and look at what the vacuum says; pgdba query vacuum-health names what holds it back.',
    sql: null,
  },
  reads: [pgStatUserTables],
  settings: ['autovacuum_freeze_max_age'],
  thresholds: {
    warning_ratio: {
      value: 1.5,
      unit: 'ratio',
      meaning: 'the age is so many times that at which a vacuum is forced',
    },
  },
  find: (checked, limit) => {
    const global = checked.numberSetting('autovacuum_freeze_max_age') ?? Infinity;
    return checked.rows(pgStatUserTables).flatMap((row) => {
      const { schemaname, relname, relfrozenxid_age: own, toast_relfrozenxid_age: toast, reloptions } = row;
      const age = Math.max(own ?? 0, toast ?? 0);
      const forced = Math.min(global, numberOption(reloptions, 'autovacuum_freeze_max_age') ?? global);
      const level = levelOf(age / forced, limit, ['warning_ratio']);
      if (level === null) return [];
      const name = qualified(schemaname, relname);
      return [
        {
          object: { type: 'table', name },
          evidence: { relfrozenxid_age: age, autovacuum_freeze_max_age: forced, ratio: age / forced },
          ...level,
          remediation: {
            text: 'Vacuum it by hand and look at what the vacuum says; pgdba query vacuum-health names what holds it back.',
            sql: `VACUUM (FREEZE, VERBOSE) ${name};`,
          },
        },
      ];
    });
  },
};
