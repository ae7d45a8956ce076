import { pgDbRoleSetting } from '../../inspect/sections/pg_db_role_setting.js';
import { pgSettings } from '../../inspect/sections/pg_settings.js';
import type { Metric } from '../metric.js';

const common = {
  group: 'config',
  unit: null,
  worse: null,
  least: { factor: 1, absolute: 0 },
} as const;
const setting = {
  ...common,
  source: { kind: 'view', section: pgSettings },
  object: { type: 'setting', columns: ['name'] },
} as const;
const given = {
  ...common,
  source: { kind: 'view', section: pgDbRoleSetting },
  object: { type: 'database_or_role_setting', columns: ['name', 'role'], database: { column: 'database' } },
} as const;

export const configMetrics: readonly Metric[] = [
  {
    ...setting,
    id: 'value',
    value: { kind: 'state', column: 'setting', unit: 'unit' },
    meaning: 'value in force, as pg_settings has it, in its unit; secrets masked',
    // What pgdba’s own session asked for says nothing of others.
    where: { column: 'set_by_session', notIn: [true] },
  },
  {
    ...setting,
    id: 'pending_restart',
    value: { kind: 'state', column: 'pending_restart' },
    meaning: 'whether another value waits for a restart',
  },
  {
    ...given,
    id: 'presence',
    value: { kind: 'presence' },
    meaning: 'whether a database or role has a value of its own',
  },
  { ...given, id: 'value', value: { kind: 'state', column: 'value' }, meaning: 'that value' },
];
