import { pgRoles } from '../../../inspect/sections/pg_roles.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';

/** Roles that may do everything. */
export const superusersMany: CheckRule = {
  id: 'superusers_many',
  family: 'security',
  title: 'Several superusers can log in',
  severity: 'info',
  about:
    'A superuser may do everything, reading any file and running any program as the server’s user included. Applications and people do with less.',
  source: 'https://www.postgresql.org/docs/current/role-attributes.html',
  remediation: {
    text: 'Take the attribute away where a predefined role such as pg_monitor will do.',
    sql: null,
  },
  reads: [pgRoles],
  thresholds: { info_roles: { value: 3, unit: 'roles', meaning: 'there are so many' } },
  find: (checked, limit) => {
    const names = checked
      .rows(pgRoles)
      .filter(({ is_superuser, can_login }) => is_superuser === true && can_login === true)
      .map(({ rolname }) => rolname ?? '');
    const level = levelOf(names.length, limit, ['info_roles']);
    if (level === null) return [];
    const evidence = { superusers: names.length, names: names.join(', ') };
    return [{ object: { type: 'server', name: 'superusers' }, evidence, ...level }];
  },
};
