import { pgSettings } from '../../../inspect/sections/pg_settings.js';
import type { CheckRule } from '../../rule.js';

/** Values in the files that only a restart brings into force. */
export const settingPendingRestart: CheckRule = {
  id: 'setting_pending_restart',
  family: 'settings',
  title: 'A changed setting waits for a restart',
  severity: 'info',
  about:
    'The configuration files hold another value than the server runs with. Whoever reads the files, or plans with them, ' +
    'is wrong about the server, and the next restart changes more than expected.',
  source: 'https://www.postgresql.org/docs/current/view-pg-settings.html (pending_restart)',
  remediation: {
    text: 'Restart the server in the next maintenance window, or take the line back; pgdba config show --pending-restart shows both values.',
    sql: null,
  },
  reads: [pgSettings],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgSettings)
      .filter(({ pending_restart }) => pending_restart === true)
      .map(({ name, setting, unit }) => ({
        object: { type: 'setting', name: name ?? '' },
        severity: 'info',
        evidence: { in_force: setting, unit },
        threshold: null,
      })),
};
