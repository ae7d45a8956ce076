import { bootRisk, counted, type Guard, type GuardContext } from './guard.js';
import type { Surroundings } from '../surroundings.js';

/** What a restart brings back, and the parameter that must leave room for it. */
interface Kept {
  readonly parameter: string;
  readonly since?: number;
  readonly until?: number;
  readonly what: string;
  readonly count: (surroundings: Surroundings) => number;
  readonly remedy: string;
  readonly reference: string;
}

const KEPT: readonly Kept[] = [
  {
    parameter: 'max_replication_slots',
    what: 'replication slot',
    count: ({ physicalSlots, logicalSlots }) => physicalSlots + logicalSlots,
    remedy: 'Drop the slots first, if nobody uses them.',
    reference: 'RestoreSlotFromDisk() in src/backend/replication/slot.c',
  },
  {
    parameter: 'max_replication_slots',
    until: 17,
    what: 'subscription',
    count: ({ subscriptions }) => subscriptions,
    remedy: 'Drop the subscriptions first, if nobody uses them.',
    reference: 'StartupReplicationOrigin() in src/backend/replication/logical/origin.c',
  },
  {
    parameter: 'max_active_replication_origins',
    since: 18,
    what: 'subscription',
    count: ({ subscriptions }) => subscriptions,
    remedy: 'Drop the subscriptions first, if nobody uses them.',
    reference: 'StartupReplicationOrigin() in src/backend/replication/logical/origin.c',
  },
  {
    parameter: 'max_prepared_transactions',
    what: 'prepared transaction',
    count: ({ preparedTransactions }) => preparedTransactions,
    remedy: 'Commit them or roll them back first: pg_prepared_xacts names them.',
    reference: 'RecoverPreparedTransactions() in src/backend/access/transam/twophase.c',
  },
];

/** What a restart must find room for. */
export const KEPT_GUARDS: readonly Guard[] = KEPT.map((kept) => ({
  id: `kept.${kept.what.replace(' ', '_')}.${kept.parameter}`,
  parameters: [kept.parameter],
  reference: kept.reference,
  check: ({ major, after, surroundings }: GuardContext) => {
    const [room, count] = [after.numberOf(kept.parameter), kept.count(surroundings)];
    const isConcerned = major >= (kept.since ?? 0) && major <= (kept.until ?? Infinity);
    if (!isConcerned || room === null || count <= room) return [];
    const message =
      `a restart must find room for ${counted(count, kept.what)}, and ${kept.parameter} would be ${String(room)}: ` +
      'the server would not start';
    return [bootRisk('refuse', kept.parameter, message, kept.remedy)];
  },
}));
