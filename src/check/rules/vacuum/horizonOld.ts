import { pgStatActivity } from '../../../inspect/sections/pg_stat_activity.js';
import { pgPreparedXacts } from '../../../inspect/sections/pg_prepared_xacts.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';
import { sessionFound } from '../../sessionFound.js';

/** Who holds the xmin horizon of the whole server. */
export const horizonOld: CheckRule = {
  id: 'horizon_old',
  family: 'vacuum',
  title: 'An old transaction keeps dead rows from being removed',
  severity: 'critical',
  about:
    'VACUUM may not remove rows that some transaction could still see. One that began long ago, in this or another database, a prepared transaction, a replication slot or a standby’s feedback holds the horizon back for everybody. Snapshots that are only as old as another transaction that is still open are left out: that one is named.',
  source: 'https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY',
  remediation: {
    text: 'End the session, finish the prepared transaction, or drop the slot; pgdba query vacuum-health shows who comes next.',
    sql: null,
  },
  reads: [pgStatActivity, pgPreparedXacts],
  thresholds: {
    warning_transactions: {
      value: 10000000,
      unit: 'transactions',
      meaning: 'it is so many transactions old',
    },
    critical_transactions: {
      value: 200000000,
      unit: 'transactions',
      meaning: 'it is so many transactions old',
    },
  },
  find: (checked, limit) => {
    const sessions = checked.rows(pgStatActivity).map((row) => ({
      who: sessionFound(row),
      ownAge: row.backend_xid_age,
      age: Math.max(row.backend_xid_age ?? 0, row.backend_xmin_age ?? 0),
      evidence: { usename: row.usename, xact_age_ms: row.xact_age_ms },
    }));
    const prepared = checked
      .rows(pgPreparedXacts)
      .map(({ gid, transaction_age, owner, prepared_age_ms }) => ({
        who: { object: { type: 'prepared_transaction' as const, name: gid ?? '' } },
        ownAge: transaction_age,
        age: transaction_age,
        evidence: { owner, prepared_age_ms },
      }));
    const holders = [...sessions, ...prepared];
    const oldestOwn = Math.max(...holders.map(({ ownAge }) => ownAge ?? 0));
    return holders.flatMap(({ who, age, ownAge, evidence }) => {
      // A young snapshot is as old as the oldest transaction that ran when it was taken.
      if ((ownAge ?? 0) < oldestOwn && (age ?? 0) <= oldestOwn) return [];
      const level = levelOf(age, limit, ['critical_transactions', 'warning_transactions']);
      return level === null ? [] : [{ ...who, evidence: { age_transactions: age, ...evidence }, ...level }];
    });
  },
};
