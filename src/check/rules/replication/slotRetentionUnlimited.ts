import { pgReplicationSlots } from '../../../inspect/sections/pg_replication_slots.js';
import { settingFinding } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** Slots without a limit. */
export const slotRetentionUnlimited: CheckRule = {
  id: 'slot_retention_unlimited',
  family: 'replication',
  title: 'Replication slots may retain WAL until the disk is full',
  severity: 'info',
  about:
    'There are slots, and max_slot_wal_keep_size is -1: one reader that stays away stops the primary in the end. A limit sacrifices the slot instead.',
  source:
    'https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-MAX-SLOT-WAL-KEEP-SIZE',
  remediation: { text: 'Set max_slot_wal_keep_size to what the disk can spare.', sql: null },
  reads: [pgReplicationSlots],
  settings: ['max_slot_wal_keep_size'],
  since: 13,
  thresholds: {},
  find: (checked) => {
    const slots = checked.rows(pgReplicationSlots).filter(({ temporary }) => temporary !== true).length;
    if (slots === 0 || checked.setting('max_slot_wal_keep_size') !== '-1') return [];
    return [settingFinding(checked, 'max_slot_wal_keep_size', 'info', { slots })];
  },
};
