import { pgReplicationSlots } from '../../../inspect/sections/pg_replication_slots.js';
import { levelOf } from '../../level.js';
import { dropSlot } from '../../dropSlot.js';
import type { CheckRule } from '../../rule.js';

/** Slots that hold VACUUM back. */
export const slotHorizonOld: CheckRule = {
  id: 'slot_horizon_old',
  family: 'replication',
  title: 'A replication slot keeps dead rows from being removed',
  severity: 'critical',
  about:
    'A slot with xmin (a standby’s feedback) or catalog_xmin (logical decoding) holds the horizon of VACUUM back: for all tables, or for the system catalogs.',
  source: 'https://www.postgresql.org/docs/current/view-pg-replication-slots.html',
  remediation: { text: 'Let its reader catch up, or drop the slot.', sql: null },
  reads: [pgReplicationSlots],
  thresholds: {
    warning_transactions: {
      value: 10000000,
      unit: 'transactions',
      meaning: 'it is so many transactions old',
    },
    critical_transactions: {
      value: 200000000,
      unit: 'transactions',
      meaning: 'it is so many transactions old',
    },
  },
  find: (checked, limit) =>
    checked.rows(pgReplicationSlots).flatMap((row) => {
      const level = levelOf(Math.max(row.xmin_age ?? 0, row.catalog_xmin_age ?? 0), limit, [
        'critical_transactions',
        'warning_transactions',
      ]);
      if (level === null) return [];
      const evidence = { xmin_age: row.xmin_age, catalog_xmin_age: row.catalog_xmin_age, active: row.active };
      return [
        {
          object: { type: 'replication_slot', name: row.slot_name ?? '' },
          evidence,
          ...level,
          remediation: { text: 'Let its reader catch up, or drop the slot.', sql: dropSlot(row.slot_name) },
        },
      ];
    }),
};
