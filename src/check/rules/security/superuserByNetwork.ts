import { pgRoles } from '../../../inspect/sections/pg_roles.js';
import { pgStatActivity } from '../../../inspect/sections/pg_stat_activity.js';
import type { CheckRule } from '../../rule.js';
import { sessionFound } from '../../sessionFound.js';

const LOCAL = /^(127\.|::1$)/;

/** Superusers who can be listened to. */
export const superuserByNetwork: CheckRule = {
  id: 'superuser_by_network',
  family: 'security',
  title: 'A superuser session came over an unencrypted network',
  severity: 'warning',
  about:
    'A superuser is connected over TCP without TLS, from another machine: its password and all that it does can be listened to.',
  source: 'https://www.postgresql.org/docs/current/auth-pg-hba-conf.html (hostssl)',
  remediation: { text: 'Let superusers in over the socket or hostssl alone.', sql: null },
  reads: [pgRoles, pgStatActivity],
  settings: ['ssl'],
  thresholds: {},
  find: (checked) => {
    if (checked.setting('ssl') === 'on') return [];
    const supers = new Set(
      checked
        .rows(pgRoles)
        .filter(({ is_superuser }) => is_superuser === true)
        .map(({ rolname }) => rolname),
    );
    return checked
      .rows(pgStatActivity)
      .filter(
        ({ usename, client_addr }) => supers.has(usename) && client_addr !== null && !LOCAL.test(client_addr),
      )
      .map((row) => ({
        ...sessionFound(row),
        severity: 'warning' as const,
        evidence: {
          usename: row.usename,
          client_addr: row.client_addr,
          application_name: row.application_name,
        },
        threshold: null,
      }));
  },
};
