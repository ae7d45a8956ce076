import { settingFinding } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** ignore_invalid_pages is new in 13. */
const RESCUE_SETTINGS = [
  'zero_damaged_pages',
  'ignore_checksum_failure',
  'ignore_invalid_pages',
  'ignore_system_indexes',
];

/** Settings that belong to a rescue and to nothing else. */
export const recoveryOverrideOn: CheckRule = {
  id: 'recovery_override_on',
  family: 'availability',
  title: 'A setting for rescuing damaged data is on',
  severity: 'critical',
  about:
    'zero_damaged_pages, ignore_checksum_failure, ignore_invalid_pages and ignore_system_indexes make a damaged cluster readable for a rescue. Left on, they hide damage, or destroy what could still be saved.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-developer.html',
  remediation: { text: 'Reset it once the rescue is done.', sql: null },
  reads: [],
  settings: ['zero_damaged_pages', 'ignore_checksum_failure', 'ignore_system_indexes'],
  thresholds: {},
  find: (checked) =>
    RESCUE_SETTINGS.filter((name) => checked.setting(name) === 'on').map((name) => ({
      ...settingFinding(checked, name, 'critical'),
      remediation: {
        text: 'Reset it once the rescue is done.',
        sql: `ALTER SYSTEM RESET ${name};\nSELECT pg_reload_conf();`,
      },
    })),
};
