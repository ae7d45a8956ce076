import { pgReplicationSlots } from '../../../inspect/sections/pg_replication_slots.js';
import { levelOf } from '../../level.js';
import { dropSlot } from '../../dropSlot.js';
import type { CheckRule } from '../../rule.js';

/** Slots that nobody reads from, and WAL that nobody may remove. */
export const slotInactive: CheckRule = {
  id: 'slot_inactive',
  family: 'replication',
  title: 'Nobody reads from a replication slot',
  severity: 'critical',
  about:
    'The server keeps all WAL that the slot’s reader has not confirmed, until the disk is full. A slot whose reader has gone for good must be dropped; one that is only away for a moment retains little.',
  source: 'https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION-SLOTS',
  remediation: { text: 'Start its reader again, or drop the slot.', sql: null },
  reads: [pgReplicationSlots],
  thresholds: {
    warning_bytes: { value: 268435456, unit: 'bytes', meaning: 'it retains so much WAL' },
    critical_bytes: { value: 10737418240, unit: 'bytes', meaning: 'it retains so much WAL' },
  },
  find: (checked, limit) =>
    checked.rows(pgReplicationSlots).flatMap((row) => {
      if (row.active !== false || row.temporary === true || row.synced === true) return [];
      const level = levelOf(row.retained_wal_bytes, limit, ['critical_bytes', 'warning_bytes']);
      if (level === null) return [];
      const evidence = {
        retained_wal_bytes: row.retained_wal_bytes,
        wal_status: row.wal_status,
        slot_type: row.slot_type,
        inactive_since: row.inactive_since,
      };
      return [
        {
          object: { type: 'replication_slot', name: row.slot_name ?? '' },
          evidence,
          ...level,
          remediation: { text: 'Start its reader again, or drop the slot.', sql: dropSlot(row.slot_name) },
        },
      ];
    }),
};
