import { pgStatBgwriter } from '../../../inspect/sections/pg_stat_bgwriter.js';
import { pgStatCheckpointer } from '../../../inspect/sections/pg_stat_checkpointer.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';

/** Checkpoints that come too early. */
export const requestedCheckpoints: CheckRule = {
  id: 'requested_checkpoints',
  family: 'wal',
  title: 'Checkpoints come because WAL has reached max_wal_size',
  severity: 'warning',
  about:
    'A checkpoint that is requested comes before checkpoint_timeout: more of them write the same pages more often, with a full image of each after every one. Counted since the last reset of statistics; few checkpoints in all say nothing.',
  source: 'https://www.postgresql.org/docs/current/wal-configuration.html',
  remediation: { text: 'Raise max_wal_size until checkpoints come by time.', sql: null },
  reads: [pgStatBgwriter],
  uses: [pgStatCheckpointer],
  only: 'primary',
  thresholds: {
    warning_ratio: { value: 0.5, unit: 'ratio', meaning: 'this share of all checkpoints was requested' },
    least_checkpoints: { value: 30, unit: 'checkpoints', meaning: 'there were at least so many' },
  },
  find: (checked, limit) => {
    const old = checked
      .rows(pgStatBgwriter)
      .map((row) => [row.checkpoints_timed, row.checkpoints_req] as const);
    const now = checked.rows(pgStatCheckpointer).map((row) => [row.num_timed, row.num_requested] as const);
    const [timed, requested] = [...now, ...old].find(([one]) => one !== null) ?? [null, null];
    if (timed === null || requested === null)
      return { cannotTell: 'the counters of the checkpointer were not read', reason: 'section_excluded' };
    if (timed + requested < limit('least_checkpoints')) return [];
    const level = levelOf(requested / (timed + requested), limit, ['warning_ratio']);
    if (level === null) return [];
    const evidence = {
      timed,
      requested,
      requested_ratio: requested / (timed + requested),
      max_wal_size_bytes: checked.bytesSetting('max_wal_size'),
    };
    return [{ object: { type: 'setting', name: 'max_wal_size' }, evidence, ...level }];
  },
};
