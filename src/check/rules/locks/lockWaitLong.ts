import { pgLocks } from '../../../inspect/sections/pg_locks.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';
import { sessionFound } from '../../sessionFound.js';

/** Sessions that stand in a queue. */
export const lockWaitLong: CheckRule = {
  id: 'lock_wait_long',
  family: 'locks',
  title: 'A session has waited long for a lock',
  severity: 'critical',
  about:
    'Somebody has held a lock for so long that others queue behind it; the queue grows, and with it the connections. Named is the waiter; the evidence holds whom it waits for. Before 14 the server does not tell since when, and the age of the query stands for it.',
  source: 'https://www.postgresql.org/docs/current/explicit-locking.html',
  remediation: {
    text: 'pgdba query locks shows the root of the chain; end that session, not the waiters.',
    sql: null,
  },
  reads: [pgLocks],
  thresholds: {
    warning_ms: { value: 30000, unit: 'ms', meaning: 'it has waited for so long' },
    critical_ms: { value: 300000, unit: 'ms', meaning: 'it has waited for so long' },
  },
  find: (checked, limit) =>
    checked.rows(pgLocks).flatMap((row) => {
      if ((row.blocked_by ?? []).length === 0) return [];
      const level = levelOf(row.wait_ms ?? row.query_age_ms, limit, ['critical_ms', 'warning_ms']);
      if (level === null) return [];
      const evidence = {
        waited_ms: row.wait_ms ?? row.query_age_ms,
        wait_mode: row.wait_mode,
        wait_relation: row.wait_relation,
        blocked_by: (row.blocked_by ?? []).join(', '),
        usename: row.usename,
      };
      return [{ ...sessionFound(row), evidence, ...level }];
    }),
};
