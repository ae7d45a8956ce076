import { pgStatActivity } from '../../../inspect/sections/pg_stat_activity.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';

/** reserved_connections is new in 16. */
const RESERVED = ['superuser_reserved_connections', 'reserved_connections'];

/** Connections that are left for everybody. */
export const connectionsUsed: CheckRule = {
  id: 'connections_used',
  family: 'connections',
  title: 'The server comes near its limit of connections',
  severity: 'critical',
  about:
    'Once max_connections less the reserved ones is reached, everybody but superusers is refused. Counted are the client sessions of this moment without pgdba’s own, which is gone after the look.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS',
  remediation: {
    text: 'Put a pooler in front, end idle sessions, or raise max_connections (a restart; each connection costs memory).',
    sql: null,
  },
  reads: [pgStatActivity],
  settings: ['max_connections', 'superuser_reserved_connections'],
  thresholds: {
    warning_ratio: { value: 0.8, unit: 'ratio', meaning: 'this share of the usable connections is taken' },
    critical_ratio: { value: 0.95, unit: 'ratio', meaning: 'this share of the usable connections is taken' },
  },
  find: (checked, limit) => {
    const used = checked.rows(pgStatActivity).filter((row) => row.backend_type === 'client backend').length;
    const reserved = RESERVED.reduce((sum, name) => sum + (checked.numberSetting(name) ?? 0), 0);
    const most = (checked.numberSetting('max_connections') ?? 0) - reserved;
    const level = levelOf(used / most, limit, ['critical_ratio', 'warning_ratio']);
    if (level === null) return [];
    const evidence = { connections: used, usable: most, reserved, used_ratio: used / most };
    return [{ object: { type: 'setting', name: 'max_connections' }, evidence, ...level }];
  },
};
