import { pgLsWaldir } from '../../../inspect/sections/pg_ls_waldir.js';
import { levelOf } from '../../level.js';
import type { Checked, CheckRule } from '../../rule.js';

/** What is kept for standbys: wal_keep_size, and in 12 a number of segments. */
function keptBytes(checked: Checked): number {
  const segments = checked.numberSetting('wal_keep_segments') ?? 0;
  return checked.bytesSetting('wal_keep_size') ?? segments * (checked.bytesSetting('wal_segment_size') ?? 0);
}

/** WAL that is not removed. */
export const walDirectoryLarge: CheckRule = {
  id: 'wal_directory_large',
  family: 'wal',
  title: 'The WAL directory is far larger than max_wal_size',
  severity: 'warning',
  about:
    'Checkpoints remove WAL beyond max_wal_size, unless something still needs it: a slot, a failing archiver, wal_keep_size, or a checkpoint that does not end.',
  source: 'https://www.postgresql.org/docs/current/wal-configuration.html',
  remediation: {
    text: 'pgdba inspect --sections pg_replication_slots,pg_stat_archiver shows what holds it.',
    sql: null,
  },
  reads: [pgLsWaldir],
  settings: ['max_wal_size'],
  thresholds: {
    warning_ratio: { value: 2, unit: 'ratio', meaning: 'it is so many times max_wal_size and wal_keep_size' },
    critical_ratio: {
      value: 10,
      unit: 'ratio',
      meaning: 'it is so many times max_wal_size and wal_keep_size',
    },
  },
  find: (checked, limit) =>
    checked.rows(pgLsWaldir).flatMap((row) => {
      const kept = keptBytes(checked);
      const allowed = (row.max_wal_size_bytes ?? 0) + kept;
      if (row.segments_bytes === null || allowed === 0) return [];
      const level = levelOf(row.segments_bytes / allowed, limit, ['critical_ratio', 'warning_ratio']);
      if (level === null) return [];
      const evidence = {
        segments_bytes: row.segments_bytes,
        max_wal_size_bytes: row.max_wal_size_bytes,
        wal_keep_size_bytes: kept,
      };
      return [{ object: { type: 'server', name: 'pg_wal' }, evidence, ...level }];
    }),
};
