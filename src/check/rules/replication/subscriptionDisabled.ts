import { quoteIdentifier } from '../../../core/identifier.js';
import { pgSubscription } from '../../../inspect/sections/pg_subscription.js';
import type { CheckRule } from '../../rule.js';

/** Subscriptions that stand still. */
export const subscriptionDisabled: CheckRule = {
  id: 'subscription_disabled',
  family: 'replication',
  title: 'A logical subscription is disabled',
  severity: 'warning',
  about:
    'It receives nothing, and its slot on the publisher retains WAL all the same. From 15 on a subscription may disable itself after an error.',
  source: 'https://www.postgresql.org/docs/current/sql-altersubscription.html',
  remediation: { text: 'Mend what stopped it, then enable it; or drop it, with its slot.', sql: null },
  reads: [pgSubscription],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgSubscription)
      .filter((row) => row.enabled === false)
      .map((row) => ({
        object: { type: 'subscription', name: row.subname ?? '' },
        severity: 'warning',
        evidence: {
          database: row.database,
          slot_name: row.slot_name,
          disable_on_error: row.disable_on_error,
        },
        threshold: null,
        remediation: {
          text: 'Mend what stopped it, then enable it; or drop it, with its slot.',
          sql: `ALTER SUBSCRIPTION ${quoteIdentifier(row.subname ?? '')} ENABLE;`,
        },
      })),
};
