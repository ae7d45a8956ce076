import type { Chosen, Rule } from '../../rule.js';
import type { Evidence } from '../../evidence.js';
import { fullGigabytes, GB } from '../sizes.js';

const LEAST_BYTES = 10 * GB;

/**
 * How much WAL slots may keep: twice what any keeps now, so that the limit costs no slot today, four times max_wal_size,
 * and 10GB at least.
 */
export function slotLimit(evidence: Evidence, chosen: Chosen): number {
  const retained = evidence.slot_retained_bytes ?? 0;
  return Math.max(LEAST_BYTES, 2 * retained, 4 * (chosen.numberOf('max_wal_size') ?? 0));
}

/** Whether slots may keep WAL without limit; never on 12, which has no such setting. */
export function isUnlimited(chosen: Chosen): boolean {
  return chosen.settingOf('max_slot_wal_keep_size') === '-1';
}

/** Only where there are slots. Builds on max_wal_size. */
export const slotWalKeepSize: Rule = {
  id: 'replication.slot_wal_keep_size',
  title: 'An abandoned replication slot cannot fill the disk',
  parameters: ['max_slot_wal_keep_size'],
  reference:
    'https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-MAX-SLOT-WAL-KEEP-SIZE',
  propose: ({ evidence }, chosen) => {
    const slots = evidence?.replication_slots ?? 0;
    if (evidence === null || slots === 0 || !isUnlimited(chosen)) return [];
    return [
      {
        parameter: 'max_slot_wal_keep_size',
        value: fullGigabytes(slotLimit(evidence, chosen)),
        confidence: 'low',
        rationale:
          'Without a limit a slot that nobody reads keeps WAL until the disk is full and the server stops. A slot beyond it is lost and its standby must be built anew: set it to what the disk can spare.',
        source: 'pgdba',
        evidence: { replication_slots: slots, slot_retained_bytes: evidence.slot_retained_bytes },
      },
    ];
  },
};

export const idleSlotTimeout: Rule = {
  id: 'replication.idle_slot_timeout',
  title: 'A slot that nobody used for a week is given up (18 and later)',
  parameters: ['idle_replication_slot_timeout'],
  reference:
    'https://www.postgresql.org/docs/18/runtime-config-replication.html#GUC-IDLE-REPLICATION-SLOT-TIMEOUT',
  propose: ({ evidence }, chosen) => {
    const slots = evidence?.replication_slots ?? 0;
    if (slots === 0 || chosen.numberOf('idle_replication_slot_timeout') !== 0) return [];
    return [
      {
        parameter: 'idle_replication_slot_timeout',
        value: '7d',
        confidence: 'low',
        rationale:
          'A standby that was away for a week is built anew anyway; its slot only keeps WAL and dead rows.',
        source: 'pgdba',
        evidence: {
          replication_slots: slots,
          inactive_replication_slots: evidence?.inactive_replication_slots ?? null,
        },
      },
    ];
  },
};
