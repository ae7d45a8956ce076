import type { Rule } from '../../rule.js';
import { inForce } from '../inForce.js';
import { isUnlimited, slotLimit } from '../pgdba/replicationSlots.js';
import { fullGigabytes } from '../sizes.js';

/** A slot that nobody reads, and that keeps more WAL than the server itself would. Builds on max_wal_size. */
export const measuredSlotRetention: Rule = {
  id: 'measured.slot_retention',
  title: 'A slot that nobody reads keeps WAL now',
  parameters: ['max_slot_wal_keep_size'],
  reference:
    'https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-MAX-SLOT-WAL-KEEP-SIZE',
  propose: (situation, chosen) => {
    const { evidence } = situation;
    const retained = evidence?.slot_retained_bytes ?? 0;
    const inactive = evidence?.inactive_replication_slots ?? 0;
    const usual = inForce(situation, 'max_wal_size');
    if (evidence === null || usual === null || inactive === 0 || retained <= usual || !isUnlimited(chosen)) {
      return [];
    }
    return [
      {
        parameter: 'max_slot_wal_keep_size',
        value: fullGigabytes(slotLimit(evidence, chosen)),
        confidence: 'medium',
        rationale:
          'A slot keeps more WAL than max_wal_size, and one is not in use. Drop it if its standby is gone; with a limit it cannot fill the disk meanwhile. A slot beyond the limit is lost.',
        source: 'measured',
        evidence: {
          slot_retained_bytes: retained,
          inactive_replication_slots: inactive,
          max_wal_size_bytes: usual,
        },
      },
    ];
  },
};
