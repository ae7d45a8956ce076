import type { Evidence } from '../evidence.js';
import { numberIn, ratioOf, rowOf, secondsSince, type Readings } from './readings.js';

type WalEvidence = Pick<
  Evidence,
  | 'wal_observed_s'
  | 'wal_bytes'
  | 'wal_bytes_per_s'
  | 'wal_fpi_ratio'
  | 'wal_fpi_share_ratio'
  | 'wal_directory_bytes'
>;

/**
 * What pg_stat_wal tells; where there is none (12, 13), how much WAL was written since the last checkpoint began, which
 * is a rate of minutes and no more. A standby writes none.
 */
export function walEvidence(readings: Readings): WalEvidence {
  const wal = readings.inRecovery ? null : rowOf(readings, 'pg_stat_wal');
  const bytes = numberIn(wal, 'wal_bytes');
  const observed = secondsSince(readings, wal, 'stats_reset');
  const images = numberIn(wal, 'wal_fpi');
  const block = numberIn(rowOf(readings, 'system', ['no_privilege']), 'block_size_bytes');
  const share = images === null || block === null ? null : ratioOf(images * block, bytes);
  const recent = wal === null ? sinceCheckpoint(readings) : null;
  return {
    wal_observed_s: recent?.seconds ?? observed,
    wal_bytes: bytes,
    wal_bytes_per_s: recent === null ? ratioOf(bytes, observed) : ratioOf(recent.bytes, recent.seconds),
    wal_fpi_ratio: ratioOf(images, numberIn(wal, 'wal_records')),
    wal_fpi_share_ratio: share === null ? null : Math.min(1, share),
    wal_directory_bytes: numberIn(rowOf(readings, 'pg_ls_waldir'), 'segments_bytes'),
  };
}

/** WAL from the last checkpoint's redo position to now; both that position and its time are those of its beginning. */
function sinceCheckpoint(readings: Readings): { readonly bytes: number; readonly seconds: number } | null {
  if (readings.inRecovery) return null;
  const checkpoint = rowOf(readings, 'pg_control_checkpoint');
  const age = numberIn(checkpoint, 'checkpoint_age_ms');
  const from = positionOf(checkpoint?.['redo_lsn']);
  const to = positionOf(rowOf(readings, 'system', ['no_privilege'])?.['current_wal_lsn']);
  if (age === null || from === null || to === null) return null;
  return { bytes: Number(to - from), seconds: age / 1000 };
}

/** The byte that a WAL position such as `16/B374D848` stands for. */
function positionOf(lsn: unknown): bigint | null {
  const [high, low] = typeof lsn === 'string' ? lsn.split('/') : [];
  return high === undefined || low === undefined ? null : (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
