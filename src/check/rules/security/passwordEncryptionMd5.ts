import { whenSettingIs } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** Passwords that are kept badly. */
export const passwordEncryptionMd5: CheckRule = {
  id: 'password_encryption_md5',
  family: 'security',
  title: 'New passwords are stored as MD5',
  severity: 'warning',
  about:
    'Whoever reads an MD5 hash can log in with it. SCRAM has been there since 10 and is the default since 14; 18 warns of MD5.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-PASSWORD-ENCRYPTION',
  remediation: {
    text: 'Set scram-sha-256 and have passwords set anew.',
    sql: "ALTER SYSTEM SET password_encryption = 'scram-sha-256';\nSELECT pg_reload_conf();",
  },
  reads: [],
  settings: ['password_encryption'],
  since: 14,
  thresholds: {},
  find: (checked) => whenSettingIs(checked, 'password_encryption', 'md5', 'warning'),
};
