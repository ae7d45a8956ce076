import { pgStatSubscriptionStats } from '../../../inspect/sections/pg_stat_subscription_stats.js';
import { pgStatSubscription } from '../../../inspect/sections/pg_stat_subscription.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';

/** Subscriptions that cannot apply what they receive. */
export const subscriptionErrors: CheckRule = {
  id: 'subscription_errors',
  family: 'replication',
  title: 'A logical subscription runs into errors',
  severity: 'critical',
  about:
    'Applying a change failed, mostly on a row that is already there. The worker tries the same change again and again, and everything behind it waits. While its worker runs, it got over the errors, and they are only worth knowing. Counted since the last reset of statistics.',
  source: 'https://www.postgresql.org/docs/current/logical-replication-conflicts.html',
  remediation: {
    text: 'The server log has the error and the LSN; mend the row, or skip the transaction (ALTER SUBSCRIPTION … SKIP).',
    sql: null,
  },
  reads: [pgStatSubscriptionStats, pgStatSubscription],
  since: 15,
  thresholds: { critical_errors: { value: 1, unit: 'errors', meaning: 'there were so many' } },
  find: (checked, limit) => {
    const running = new Set(
      checked
        .rows(pgStatSubscription)
        .filter(({ pid, relid }) => pid !== null && relid === null)
        .map(({ subname }) => subname),
    );
    return checked.rows(pgStatSubscriptionStats).flatMap((row) => {
      const level = levelOf((row.apply_error_count ?? 0) + (row.sync_error_count ?? 0), limit, [
        'critical_errors',
      ]);
      if (level === null) return [];
      const isRunning = running.has(row.subname);
      const evidence = {
        is_running: isRunning,
        apply_error_count: row.apply_error_count,
        sync_error_count: row.sync_error_count,
      };
      const severity = isRunning ? 'info' : level.severity;
      return [{ object: { type: 'subscription', name: row.subname ?? '' }, evidence, ...level, severity }];
    });
  },
};
