import { pgHbaFileRules } from '../../../inspect/sections/pg_hba_file_rules.js';
import { hbaLine } from '../../hbaLine.js';
import type { CheckRule } from '../../rule.js';

/** Lines of pg_hba.conf by which passwords pass in the clear. */
export const hbaPlainPassword: CheckRule = {
  id: 'hba_plain_password',
  family: 'security',
  title: 'pg_hba.conf has passwords sent in the clear',
  severity: 'warning',
  about:
    'With method password (and ldap, pam, radius, bsd, which need the password itself) the client sends it as it is. On ' +
    'hostssl lines TLS covers it; on host and hostnossl lines for other machines anybody on the way can read it.',
  source: 'https://www.postgresql.org/docs/current/auth-password.html',
  remediation: {
    text: 'Make the line hostssl, or its method scram-sha-256; then reload.',
    sql: 'SELECT pg_catalog.pg_reload_conf();',
  },
  reads: [pgHbaFileRules],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgHbaFileRules)
      .filter(
        ({ type, auth_method, error }) =>
          PLAIN.has(auth_method ?? '') && error === null && NOT_TLS.has(type ?? ''),
      )
      .map(hbaLine)
      .filter(({ isLocal }) => !isLocal)
      .map(({ object, evidence }) => ({ object, severity: 'warning', evidence, threshold: null })),
};

const PLAIN = new Set(['password', 'ldap', 'pam', 'radius', 'bsd']);
const NOT_TLS = new Set(['host', 'hostnossl', 'hostnogssenc']);
