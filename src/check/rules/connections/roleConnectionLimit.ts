import { pgRoles } from '../../../inspect/sections/pg_roles.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';

/** Roles that will be refused. */
export const roleConnectionLimit: CheckRule = {
  id: 'role_connection_limit',
  family: 'connections',
  title: 'A role comes near its own limit of connections',
  severity: 'warning',
  about:
    'ALTER ROLE … CONNECTION LIMIT refuses further sessions of that role once it is reached, however many the server has left.',
  source: 'https://www.postgresql.org/docs/current/sql-alterrole.html',
  remediation: { text: 'Raise the limit, or end sessions that are not needed.', sql: null },
  reads: [pgRoles],
  thresholds: { warning_ratio: { value: 0.9, unit: 'ratio', meaning: 'this share of the limit is taken' } },
  find: (checked, limit) =>
    checked.rows(pgRoles).flatMap(({ rolname, connection_limit: most, connections }) => {
      if (most === null || most <= 0 || connections === null) return [];
      const level = levelOf(connections / most, limit, ['warning_ratio']);
      if (level === null) return [];
      const evidence = { connections, connection_limit: most, used_ratio: connections / most };
      return [{ object: { type: 'role', name: rolname ?? '' }, evidence, ...level }];
    }),
};
