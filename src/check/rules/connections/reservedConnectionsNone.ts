import { whenSettingIs } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** A full server that nobody can enter. */
export const reservedConnectionsNone: CheckRule = {
  id: 'reserved_connections_none',
  family: 'connections',
  title: 'No connection is reserved for superusers',
  severity: 'warning',
  about: 'When all connections are taken nobody can get in any more to end some of them.',
  source:
    'https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SUPERUSER-RESERVED-CONNECTIONS',
  remediation: {
    text: 'Reserve at least three (a restart).',
    sql: 'ALTER SYSTEM RESET superuser_reserved_connections;',
  },
  reads: [],
  settings: ['superuser_reserved_connections'],
  thresholds: {},
  find: (checked) => whenSettingIs(checked, 'superuser_reserved_connections', '0', 'warning'),
};
