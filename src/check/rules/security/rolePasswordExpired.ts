import { pgRoles } from '../../../inspect/sections/pg_roles.js';
import type { CheckRule } from '../../rule.js';

/** Roles that can no longer log in. */
export const rolePasswordExpired: CheckRule = {
  id: 'role_password_expired',
  family: 'security',
  title: 'A role’s password has expired',
  severity: 'info',
  about:
    'VALID UNTIL is past: the role cannot log in with its password. Mostly known to nobody until something that runs once a month fails.',
  source: 'https://www.postgresql.org/docs/current/sql-createrole.html (VALID UNTIL)',
  remediation: { text: 'Set a new password and date, or take LOGIN away.', sql: null },
  reads: [pgRoles],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgRoles)
      .filter(
        (row) =>
          row.can_login === true &&
          row.valid_until !== null &&
          Date.parse(row.valid_until) < Date.parse(checked.collectedAt),
      )
      .map((row) => ({
        object: { type: 'role', name: row.rolname ?? '' },
        severity: 'info',
        evidence: { valid_until: row.valid_until, connections: row.connections },
        threshold: null,
      })),
};
