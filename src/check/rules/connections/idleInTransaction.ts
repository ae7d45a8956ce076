import { pgStatActivity } from '../../../inspect/sections/pg_stat_activity.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';
import { sessionFound } from '../../sessionFound.js';

/** Sessions that hold a transaction open and do nothing. */
export const idleInTransaction: CheckRule = {
  id: 'idle_in_transaction',
  family: 'connections',
  title: 'A session sits idle in a transaction',
  severity: 'critical',
  about:
    'It holds its locks and keeps VACUUM from removing rows that died since it began, and does nothing. Mostly an application that forgot to commit, or waits for something else in the middle.',
  source:
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT',
  remediation: {
    text: 'Find the application; end the session with pg_terminate_backend(pid), and set idle_in_transaction_session_timeout for its role.',
    sql: null,
  },
  reads: [pgStatActivity],
  thresholds: {
    warning_ms: { value: 300000, unit: 'ms', meaning: 'it has been idle for so long' },
    critical_ms: { value: 3600000, unit: 'ms', meaning: 'it has been idle for so long' },
  },
  find: (checked, limit) =>
    checked.rows(pgStatActivity).flatMap((row) => {
      const { state, state_age_ms, xact_age_ms, usename, datname, application_name } = row;
      if (state?.startsWith('idle in transaction') !== true) return [];
      const level = levelOf(state_age_ms, limit, ['critical_ms', 'warning_ms']);
      if (level === null) return [];
      const evidence = { state, state_age_ms, xact_age_ms, usename, datname, application_name };
      return [{ ...sessionFound(row), evidence, ...level }];
    }),
};
