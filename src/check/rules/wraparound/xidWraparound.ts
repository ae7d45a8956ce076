import { pgDatabase } from '../../../inspect/sections/pg_database.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';
import { xidLimits } from './limits.js';

/** Databases that come near the age at which the server takes no new transactions. */
export const xidWraparound: CheckRule = {
  id: 'xid_wraparound',
  family: 'wraparound',
  title: 'A database comes near transaction ID wraparound',
  severity: 'critical',
  about:
    'The oldest unfrozen transaction of a database is so old that the server will soon refuse commands that need a new ' +
    'transaction ID. The share is of the age at which this version refuses (3 million before the limit from 14 on, 1 ' +
    'million before). Databases that allow no connections count too: they stop the whole server alike.',
  source: 'https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND',
  remediation: {
    text:
      'Find what holds freezing back (pgdba query vacuum-health: horizon_holders), end it, then vacuum the oldest ' +
      'tables of the database.',
    sql: 'VACUUM (FREEZE);',
  },
  reads: [pgDatabase],
  thresholds: {
    warning_ratio: { value: 0.4, unit: 'ratio', meaning: 'the age is this share of the limit' },
    critical_ratio: { value: 0.8, unit: 'ratio', meaning: 'the age is this share of the limit' },
  },
  find: (checked, limit) => {
    const { refusesAt } = xidLimits(checked.major);
    return checked.rows(pgDatabase).flatMap(({ datname, frozenxid_age: age, allows_connections }) => {
      if (age === null) return [];
      const used = age / refusesAt;
      const level = levelOf(used, limit, ['critical_ratio', 'warning_ratio']);
      if (level === null) return [];
      return [
        {
          object: { type: 'database', name: datname ?? '' },
          ...level,
          evidence: {
            frozenxid_age: age,
            refuses_at: refusesAt,
            transactions_left: refusesAt - age,
            used_ratio: used,
            allows_connections,
          },
        },
      ];
    });
  },
};
