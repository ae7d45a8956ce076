import { pgDatabase } from '../../../inspect/sections/pg_database.js';
import { levelOf } from '../../level.js';
import { xidLimits } from './limits.js';
import type { CheckRule } from '../../rule.js';

/** Databases that come near the end of their multixact IDs. */
export const multixactWraparound: CheckRule = {
  id: 'multixact_wraparound',
  family: 'wraparound',
  title: 'A database comes near multixact ID wraparound',
  severity: 'critical',
  about:
    'Row locks shared by several transactions use multixact IDs, which run out as transaction IDs do: 2^32 of them, refused 3 million (before 14: 1 million) before the limit of 2^31.',
  source: 'https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-MULTIXACT-WRAPAROUND',
  remediation: {
    text: 'Find what holds freezing back (pgdba query vacuum-health), end it, then vacuum the oldest tables.',
    sql: 'VACUUM (FREEZE);',
  },
  reads: [pgDatabase],
  thresholds: {
    warning_ratio: { value: 0.4, unit: 'ratio', meaning: 'the age is this share of the limit' },
    critical_ratio: { value: 0.8, unit: 'ratio', meaning: 'the age is this share of the limit' },
  },
  find: (checked, limit) => {
    const { refusesAt } = xidLimits(checked.major);
    return checked.rows(pgDatabase).flatMap(({ datname, minmxid_age: age }) => {
      if (age === null) return [];
      const level = levelOf(age / refusesAt, limit, ['critical_ratio', 'warning_ratio']);
      if (level === null) return [];
      const evidence = { minmxid_age: age, refuses_at: refusesAt, used_ratio: age / refusesAt };
      return [{ object: { type: 'database', name: datname ?? '' }, evidence, ...level }];
    });
  },
};
