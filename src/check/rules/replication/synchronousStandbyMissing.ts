import { pgStatReplication } from '../../../inspect/sections/pg_stat_replication.js';
import { settingFinding } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** Commits that nobody confirms. */
export const synchronousStandbyMissing: CheckRule = {
  id: 'synchronous_standby_missing',
  family: 'replication',
  title: 'Commits wait for a synchronous standby that is not there',
  severity: 'critical',
  about:
    'synchronous_standby_names names standbys, and none of the connected ones is synchronous: every commit with synchronous_commit on waits until one comes back.',
  source:
    'https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES',
  remediation: {
    text: 'Bring the standby back, or take it out of the list for the time being.',
    sql: "ALTER SYSTEM SET synchronous_standby_names = '';\nSELECT pg_reload_conf();",
  },
  reads: [pgStatReplication],
  settings: ['synchronous_standby_names', 'synchronous_commit'],
  only: 'primary',
  thresholds: {},
  find: (checked) => {
    const names = checked.setting('synchronous_standby_names') ?? '';
    const commit = checked.setting('synchronous_commit');
    if (names === '' || commit === 'off' || commit === 'local') return [];
    const rows = checked.rows(pgStatReplication);
    if (rows.some(({ sync_state }) => sync_state === 'sync' || sync_state === 'quorum')) return [];
    const evidence = { connected: rows.length, synchronous_commit: commit };
    return [settingFinding(checked, 'synchronous_standby_names', 'critical', evidence)];
  },
};
