import type { Rule } from '../../rule.js';
import type { Workload } from '../../situation.js';

/** How long a session must have waited in its transaction now, and what the timeout then is. Pigsty's templates: 10min. */
const LIMITS: Readonly<Record<Workload, { readonly seconds: number; readonly value: string }>> = {
  oltp: { seconds: 600, value: '10min' },
  web: { seconds: 600, value: '10min' },
  mixed: { seconds: 600, value: '10min' },
  desktop: { seconds: 3600, value: '1h' },
  olap: { seconds: 3600, value: '1h' },
};

export const measuredIdleInTransaction: Rule = {
  id: 'measured.idle_in_transaction',
  title: 'A session that is forgotten in a transaction now would have ended',
  parameters: ['idle_in_transaction_session_timeout'],
  reference:
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT',
  propose: ({ workload, evidence, settings }) => {
    const longest = evidence?.longest_idle_in_transaction_s ?? null;
    const isOff = settings.get('idle_in_transaction_session_timeout')?.setting === '0';
    const { seconds, value } = LIMITS[workload];
    if (!isOff || longest === null || longest < seconds) return [];
    return [
      {
        parameter: 'idle_in_transaction_session_timeout',
        value,
        confidence: 'medium',
        rationale:
          'A session waits in an open transaction right now, with its locks, and keeps vacuum from cleaning anywhere. Look at it first: it would be ended, as would everybody who waits as long.',
        source: 'measured',
        evidence: { longest_idle_in_transaction_s: Math.round(longest) },
      },
    ];
  },
};
