import { whenSettingIs } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** A server that never cleans up. */
export const autovacuumDisabled: CheckRule = {
  id: 'autovacuum_disabled',
  family: 'vacuum',
  title: 'Autovacuum is off for the whole server',
  severity: 'critical',
  about:
    'Tables are neither cleaned nor analyzed: they bloat, and plans go by statistics that no longer hold. Only vacuums against wraparound still run.',
  source: 'https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM',
  remediation: {
    text: 'Turn it on; where it is too slow or too busy, tune its cost limit instead.',
    sql: 'ALTER SYSTEM SET autovacuum = on;\nSELECT pg_reload_conf();',
  },
  reads: [],
  settings: ['autovacuum'],
  thresholds: {},
  find: (checked) => whenSettingIs(checked, 'autovacuum', 'off', 'critical'),
};
