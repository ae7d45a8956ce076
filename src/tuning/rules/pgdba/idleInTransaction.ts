import type { Rule } from '../../rule.js';
import { unobserved } from '../grounds.js';

/** Long enough for anything but a forgotten session; measured.idle_in_transaction goes lower where it has seen one. */
const VALUE = '1h';
const HIDDEN = 'what other sessions do is not visible to this role';

export const idleInTransaction: Rule = {
  id: 'sessions.idle_in_transaction',
  title: 'Sessions forgotten in a transaction end',
  parameters: ['idle_in_transaction_session_timeout'],
  reference:
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT',
  propose: (situation, chosen) => {
    const { workload, evidence } = situation;
    const current = chosen.numberOf('idle_in_transaction_session_timeout');
    if (workload === 'olap' || workload === 'desktop' || current !== 0) return [];
    const longest = evidence?.longest_idle_in_transaction_s ?? null;
    const missing = longest === null ? (unobserved(situation, []) ?? HIDDEN) : null;
    return [
      {
        parameter: 'idle_in_transaction_session_timeout',
        value: VALUE,
        confidence: 'low',
        rationale:
          'A session that waits in an open transaction keeps its locks and keeps vacuum from cleaning anywhere. It ends whoever waits longer: ask first whether an application means to.',
        source: 'pgdba',
        evidence: {
          longest_idle_in_transaction_s: longest,
          ...(missing === null ? {} : { no_evidence: missing }),
        },
      },
    ];
  },
};
