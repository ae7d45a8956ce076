import { whenSettingIs } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** A server whose commits are not durable. */
export const synchronousCommitOff: CheckRule = {
  id: 'synchronous_commit_off',
  family: 'availability',
  title: 'synchronous_commit is off for everybody: commits may be lost in a crash',
  severity: 'warning',
  about:
    'The server says that a transaction is committed before its WAL is on disk; a crash loses up to three times wal_writer_delay of them. That is a fair choice for single transactions or roles; for the whole server it should be known.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT',
  remediation: {
    text: 'Set it only for the transactions or roles that can bear the loss.',
    sql: 'ALTER SYSTEM RESET synchronous_commit;\nSELECT pg_reload_conf();',
  },
  reads: [],
  settings: ['synchronous_commit'],
  thresholds: {},
  find: (checked) => whenSettingIs(checked, 'synchronous_commit', 'off', 'warning'),
};
