import type { PlannedSetting } from '../../../../src/tuning/formats/format.js';

const limits = { min_val: null, max_val: null, enumvals: null };

/** A plan with every kind of value: sizes, times, words, lists, a plain number, a real, and a way back to the default. */
export const PLANNED: readonly PlannedSetting[] = [
  {
    name: 'shared_buffers',
    value: '1GB',
    context: 'postmaster',
    spec: { ...limits, name: 'shared_buffers', vartype: 'integer', unit: '8kB' },
  },
  {
    name: 'work_mem',
    value: '20426kB',
    context: 'user',
    spec: { ...limits, name: 'work_mem', vartype: 'integer', unit: 'kB' },
  },
  {
    name: 'checkpoint_timeout',
    value: '15min',
    context: 'sighup',
    spec: { ...limits, name: 'checkpoint_timeout', vartype: 'integer', unit: 's' },
  },
  {
    name: 'jit',
    value: 'off',
    context: 'user',
    spec: { ...limits, name: 'jit', vartype: 'bool', unit: null },
  },
  {
    name: 'log_lock_waits',
    value: 'on',
    context: 'superuser',
    spec: { ...limits, name: 'log_lock_waits', vartype: 'bool', unit: null },
  },
  {
    name: 'huge_pages',
    value: 'try',
    context: 'postmaster',
    spec: { ...limits, name: 'huge_pages', vartype: 'enum', unit: null, enumvals: ['off', 'on', 'try'] },
  },
  {
    name: 'max_connections',
    value: '80',
    context: 'postmaster',
    spec: { ...limits, name: 'max_connections', vartype: 'integer', unit: null },
  },
  {
    name: 'random_page_cost',
    value: '1.1',
    context: 'user',
    spec: { ...limits, name: 'random_page_cost', vartype: 'real', unit: null },
  },
  {
    name: 'search_path',
    value: '"$user", public',
    context: 'user',
    spec: { ...limits, name: 'search_path', vartype: 'string', unit: null },
  },
  {
    name: 'log_line_prefix',
    value: "%m [%p] 'q' \\ ",
    context: 'sighup',
    spec: { ...limits, name: 'log_line_prefix', vartype: 'string', unit: null },
  },
  {
    name: 'maintenance_work_mem',
    value: null,
    context: 'user',
    spec: { ...limits, name: 'maintenance_work_mem', vartype: 'integer', unit: 'kB' },
  },
];
