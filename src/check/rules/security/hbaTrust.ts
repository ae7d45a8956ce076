import { pgHbaFileRules } from '../../../inspect/sections/pg_hba_file_rules.js';
import { hbaLine } from '../../hbaLine.js';
import type { CheckRule } from '../../rule.js';

/** Lines of pg_hba.conf that ask for no password. */
export const hbaTrust: CheckRule = {
  id: 'hba_trust',
  family: 'security',
  title: 'pg_hba.conf lets somebody in without a password',
  severity: 'critical',
  about:
    'A line with method trust believes whatever role name the client gives, superusers included. Lines for the machine ' +
    'itself (local, 127.0.0.1, ::1) are worth knowing; from anywhere else they are an open door. The order of the lines ' +
    'decides, so that an earlier one may close it again: the finding names the line, not the door.',
  source: 'https://www.postgresql.org/docs/current/auth-trust.html',
  remediation: {
    text: 'Change the method to scram-sha-256 (or cert, gss, ldap), then reload.',
    sql: 'SELECT pg_catalog.pg_reload_conf();',
  },
  reads: [pgHbaFileRules],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgHbaFileRules)
      .filter(({ auth_method, error }) => auth_method === 'trust' && error === null)
      .map((row) => {
        const { object, isLocal, evidence } = hbaLine(row);
        return { object, severity: isLocal ? 'info' : 'critical', evidence, threshold: null };
      }),
};
