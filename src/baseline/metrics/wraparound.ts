import type { Limit } from '../metric.js';

/**
 * Where the server gives out no more ids: half of the 32-bit circle less three million. Source:
 * SetTransactionIdLimit() and SetMultiXactIdLimit() since 14; before, the last million (of multixacts a hundred) is left.
 */
const STOP = 2 ** 31 - 1 - 3_000_000;

export const TRANSACTIONS_END: Limit = {
  meaning: 'the server accepts no more writes, to keep transaction ids from wrapping around',
  of: { kind: 'constant', value: STOP },
  before: { setting: 'autovacuum_freeze_max_age', meaning: 'autovacuum begins to freeze' },
};

export const MULTIXACTS_END: Limit = {
  meaning: 'the server makes no more multixacts, to keep them from wrapping around',
  of: { kind: 'constant', value: STOP },
  before: { setting: 'autovacuum_multixact_freeze_max_age', meaning: 'autovacuum begins to freeze' },
};
