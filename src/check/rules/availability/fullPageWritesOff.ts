import { whenSettingIs } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** A server that cannot repair torn pages. */
export const fullPageWritesOff: CheckRule = {
  id: 'full_page_writes_off',
  family: 'availability',
  title: 'full_page_writes is off: a torn page cannot be repaired after a crash',
  severity: 'critical',
  about:
    'A page that was half written when the machine stopped is repaired from its image in the WAL. Without the images it stays torn, and nobody notices until it is read. Only file systems that never tear a page (some copy-on-write ones) may do without.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FULL-PAGE-WRITES',
  remediation: {
    text: 'Turn it on, unless the file system guarantees whole pages.',
    sql: 'ALTER SYSTEM SET full_page_writes = on;\nSELECT pg_reload_conf();',
  },
  reads: [],
  settings: ['full_page_writes'],
  thresholds: {},
  find: (checked) => whenSettingIs(checked, 'full_page_writes', 'off', 'critical'),
};
