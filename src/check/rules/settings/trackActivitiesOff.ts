import { whenSettingIs } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** Sessions that cannot be watched. */
export const trackActivitiesOff: CheckRule = {
  id: 'track_activities_off',
  family: 'settings',
  title: 'track_activities is off: nobody can see what sessions do',
  severity: 'warning',
  about:
    'Without it pg_stat_activity tells neither states nor queries nor since when, and a lock picture is blind.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-statistics.html#GUC-TRACK-ACTIVITIES',
  remediation: {
    text: 'Turn it on.',
    sql: 'ALTER SYSTEM SET track_activities = on;\nSELECT pg_reload_conf();',
  },
  reads: [],
  settings: ['track_activities'],
  thresholds: {},
  find: (checked) => whenSettingIs(checked, 'track_activities', 'off', 'warning'),
};
