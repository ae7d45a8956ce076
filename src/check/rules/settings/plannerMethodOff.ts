import { pgSettings } from '../../../inspect/sections/pg_settings.js';
import type { CheckRule } from '../../rule.js';

/** Plans that nobody may choose. */
export const plannerMethodOff: CheckRule = {
  id: 'planner_method_off',
  family: 'settings',
  title: 'A way to execute queries is switched off for everybody',
  severity: 'warning',
  about:
    'enable_seqscan and its like are for finding out why a plan was chosen. Off for the whole server they bend every plan of every query. The ones that are off by default are left out.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-query.html#RUNTIME-CONFIG-QUERY-ENABLE',
  remediation: { text: 'Reset it, and mend the one query that it was meant for.', sql: null },
  reads: [],
  uses: [pgSettings],
  settings: ['enable_seqscan'],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgSettings)
      .filter(
        ({ name, setting, boot_val, set_by_session }) =>
          name?.startsWith('enable_') === true &&
          setting === 'off' &&
          boot_val === 'on' &&
          set_by_session !== true,
      )
      .map(({ name, setting, source }) => ({
        object: { type: 'setting', name: name ?? '' },
        severity: 'warning',
        evidence: { value: setting, source },
        threshold: null,
        remediation: {
          text: 'Reset it, and mend the one query that it was meant for.',
          sql: `ALTER SYSTEM RESET ${name ?? ''};\nSELECT pg_reload_conf();`,
        },
      })),
};
