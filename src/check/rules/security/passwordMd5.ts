import { quoteIdentifier } from '../../../core/identifier.js';
import { pgAuthid } from '../../../inspect/sections/pg_authid.js';
import type { CheckRule } from '../../rule.js';

/** Roles whose password is kept as an MD5 hash. */
export const passwordMd5: CheckRule = {
  id: 'password_md5',
  family: 'security',
  title: 'A role’s password is kept as an MD5 hash',
  severity: 'warning',
  about:
    'The hash is all that is needed to log in: whoever reads a backup or pg_authid has it. MD5 passwords are deprecated ' +
    'since 18 and will go. Only a superuser can see how passwords are kept.',
  source: 'https://www.postgresql.org/docs/current/auth-password.html',
  remediation: { text: 'Have the password set anew while password_encryption is scram-sha-256.', sql: null },
  reads: [pgAuthid],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgAuthid)
      .filter(({ password_kind }) => password_kind === 'md5')
      .map(({ rolname, is_superuser }) => ({
        object: { type: 'role', name: rolname ?? '' },
        severity: 'warning',
        evidence: { password_kind: 'md5', is_superuser },
        threshold: null,
        remediation: {
          text: `Have the password set anew while password_encryption is scram-sha-256; in psql: \\password ${quoteIdentifier(rolname ?? '')}`,
          sql: null,
        },
      })),
};
