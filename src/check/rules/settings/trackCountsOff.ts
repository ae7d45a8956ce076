import { whenSettingIs } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** A server that does not count. */
export const trackCountsOff: CheckRule = {
  id: 'track_counts_off',
  family: 'settings',
  title: 'track_counts is off: autovacuum sees nothing to do',
  severity: 'critical',
  about:
    'Without the counters autovacuum does not know which tables changed, and most of what pgdba says rests on them.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-statistics.html#GUC-TRACK-COUNTS',
  remediation: { text: 'Turn it on.', sql: 'ALTER SYSTEM SET track_counts = on;\nSELECT pg_reload_conf();' },
  reads: [],
  settings: ['track_counts'],
  thresholds: {},
  find: (checked) => whenSettingIs(checked, 'track_counts', 'off', 'critical'),
};
