import { pgControlCheckpoint } from '../../../inspect/sections/pg_control_checkpoint.js';
import { system } from '../../../inspect/sections/system.js';
import { levelOf } from '../../level.js';
import { walBetween } from '../../walBetween.js';
import type { CheckRule } from '../../rule.js';

/** A server that makes no checkpoints. */
export const checkpointOverdue: CheckRule = {
  id: 'checkpoint_overdue',
  family: 'wal',
  title: 'The last checkpoint is long ago',
  severity: 'critical',
  about:
    'Checkpoints come at least every checkpoint_timeout while anything is written. One that is several times overdue hangs in the storage, or the checkpointer is stuck; after a crash recovery has all that WAL to replay. An idle server makes none, and is left out by the WAL it has written since.',
  source: 'https://www.postgresql.org/docs/current/wal-configuration.html',
  remediation: {
    text: 'Look at the storage, and at what the checkpointer waits for (pg_stat_activity).',
    sql: null,
  },
  reads: [pgControlCheckpoint, system],
  settings: ['checkpoint_timeout'],
  only: 'primary',
  thresholds: {
    critical_ratio: { value: 3, unit: 'ratio', meaning: 'it is so many times checkpoint_timeout old' },
    least_bytes: { value: 16777216, unit: 'bytes', meaning: 'so much WAL was written since' },
  },
  find: (checked, limit) => {
    const due = checked.msSetting('checkpoint_timeout');
    const [row] = checked.rows(pgControlCheckpoint);
    const written = walBetween(row?.redo_lsn ?? null, checked.rows(system)[0]?.current_wal_lsn ?? null);
    if (due === null || row?.checkpoint_age_ms == null || written === null) return [];
    if (written < limit('least_bytes')) return [];
    const level = levelOf(row.checkpoint_age_ms / due, limit, ['critical_ratio']);
    if (level === null) return [];
    const evidence = {
      checkpoint_age_ms: row.checkpoint_age_ms,
      checkpoint_timeout_ms: due,
      wal_since_bytes: written,
    };
    return [{ object: { type: 'server', name: 'checkpointer' }, evidence, ...level }];
  },
};
