import { quoteIdentifier } from '../../../core/identifier.js';
import { pgRoles } from '../../../inspect/sections/pg_roles.js';
import type { CheckRule } from '../../rule.js';

/** Roles for whom policies do not hold. */
export const bypassRls: CheckRule = {
  id: 'bypass_rls',
  family: 'security',
  title: 'A role that is no superuser bypasses row security',
  severity: 'info',
  about:
    'BYPASSRLS lets a role see and change every row, whatever the policies say. Backups need it; applications do not.',
  source: 'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
  remediation: { text: 'Take the attribute away where it is not needed.', sql: null },
  reads: [pgRoles],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgRoles)
      .filter((row) => row.bypasses_rls === true && row.is_superuser !== true && row.can_login === true)
      .map((row) => ({
        object: { type: 'role', name: row.rolname ?? '' },
        severity: 'info',
        evidence: { can_login: row.can_login },
        threshold: null,
        remediation: {
          text: 'Take the attribute away where it is not needed.',
          sql: `ALTER ROLE ${quoteIdentifier(row.rolname ?? '')} NOBYPASSRLS;`,
        },
      })),
};
