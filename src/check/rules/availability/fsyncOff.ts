import { whenSettingIs } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** A server that does not flush what it writes. */
export const fsyncOff: CheckRule = {
  id: 'fsync_off',
  family: 'availability',
  title: 'fsync is off: a crash can destroy the whole cluster',
  severity: 'critical',
  about:
    'Without fsync the server does not make sure that what it writes reaches the disk. After a crash of the operating system or a loss of power the data directory may be beyond repair. It is right only for a cluster that can be made anew.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FSYNC',
  remediation: {
    text: 'Turn it on; the next restart of a cluster that ran without may need a fresh initdb and restore.',
    sql: 'ALTER SYSTEM SET fsync = on;\nSELECT pg_reload_conf();',
  },
  reads: [],
  settings: ['fsync'],
  thresholds: {},
  find: (checked) => whenSettingIs(checked, 'fsync', 'off', 'critical'),
};
