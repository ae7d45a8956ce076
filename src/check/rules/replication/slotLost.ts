import { pgReplicationSlots } from '../../../inspect/sections/pg_replication_slots.js';
import { dropSlot } from '../../dropSlot.js';
import type { CheckRule } from '../../rule.js';

/** Slots that are of no use to anybody any more. */
export const slotLost: CheckRule = {
  id: 'slot_lost',
  family: 'replication',
  title: 'A replication slot has lost the WAL it needs',
  severity: 'critical',
  about:
    'WAL that its reader had not confirmed was removed, because the slot retained more than max_slot_wal_keep_size allows or was idle for too long. The reader cannot go on: a standby must be made anew, a subscription copied again.',
  source: 'https://www.postgresql.org/docs/current/view-pg-replication-slots.html (wal_status)',
  remediation: { text: 'Drop the slot and make its reader anew.', sql: null },
  reads: [pgReplicationSlots],
  since: 13,
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgReplicationSlots)
      .filter((row) => row.wal_status === 'lost' || row.invalidation_reason !== null)
      .map((row) => ({
        object: { type: 'replication_slot', name: row.slot_name ?? '' },
        severity: 'critical',
        evidence: {
          wal_status: row.wal_status,
          invalidation_reason: row.invalidation_reason,
          slot_type: row.slot_type,
        },
        threshold: null,
        remediation: { text: 'Drop the slot and make its reader anew.', sql: dropSlot(row.slot_name) },
      })),
};
