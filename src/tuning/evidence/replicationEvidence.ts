import type { Evidence } from '../evidence.js';
import { greatestOf, rowsOf, type Readings } from './readings.js';

type ReplicationEvidence = Pick<
  Evidence,
  'replication_slots' | 'inactive_replication_slots' | 'slot_retained_bytes' | 'standbys'
>;

/** Who receives WAL, and what it is kept for. Backups receive it too, and are not counted. */
export function replicationEvidence(readings: Readings): ReplicationEvidence {
  const slots = rowsOf(readings, 'pg_replication_slots');
  const receivers = rowsOf(readings, 'pg_stat_replication');
  return {
    replication_slots: slots?.length ?? null,
    inactive_replication_slots: slots?.filter(({ active }) => active === false).length ?? null,
    slot_retained_bytes: greatestOf(slots, 'retained_wal_bytes'),
    standbys: receivers?.filter(({ state }) => state !== 'backup').length ?? null,
  };
}
