import { whenSettingIs } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** A build for developers. */
export const debugAssertions: CheckRule = {
  id: 'debug_assertions',
  family: 'availability',
  title: 'The server was built with assertions',
  severity: 'warning',
  about:
    'Assertions are for developers: they slow everything down, and a wrong one stops the server where a build for production would go on.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-preset.html#GUC-DEBUG-ASSERTIONS',
  remediation: { text: 'Install a build for production.', sql: null },
  reads: [],
  settings: ['debug_assertions'],
  thresholds: {},
  find: (checked) => whenSettingIs(checked, 'debug_assertions', 'on', 'warning'),
};
