import { pgPreparedXacts } from '../../../inspect/sections/pg_prepared_xacts.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';

/** Prepared transactions that nobody finishes. */
export const preparedTransactionOld: CheckRule = {
  id: 'prepared_transaction_old',
  family: 'locks',
  title: 'A prepared transaction was left behind',
  severity: 'critical',
  about:
    'PREPARE TRANSACTION outlives its session and even a restart: until somebody finishes it, it holds its locks and keeps rows from being removed. A transaction manager finishes them within seconds.',
  source: 'https://www.postgresql.org/docs/current/sql-prepare-transaction.html',
  remediation: {
    text: 'Ask the transaction manager that made it; then COMMIT PREPARED or ROLLBACK PREPARED.',
    sql: null,
  },
  reads: [pgPreparedXacts],
  thresholds: {
    warning_ms: { value: 3600000, unit: 'ms', meaning: 'it was prepared so long ago' },
    critical_ms: { value: 86400000, unit: 'ms', meaning: 'it was prepared so long ago' },
  },
  find: (checked, limit) =>
    checked.rows(pgPreparedXacts).flatMap((row) => {
      const level = levelOf(row.prepared_age_ms, limit, ['critical_ms', 'warning_ms']);
      if (level === null) return [];
      const evidence = {
        prepared_age_ms: row.prepared_age_ms,
        owner: row.owner,
        database: row.database,
        transaction_age: row.transaction_age,
      };
      return [{ object: { type: 'prepared_transaction', name: row.gid ?? '' }, evidence, ...level }];
    }),
};
