import { settingFinding } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** Autovacuum workers that cannot come. */
export const autovacuumWorkersUnreachable: CheckRule = {
  id: 'autovacuum_workers_unreachable',
  family: 'settings',
  title: 'More autovacuum workers are wanted than there are slots',
  severity: 'warning',
  about:
    'From 18 on autovacuum_max_workers can be raised without a restart, up to autovacuum_worker_slots. What goes beyond never starts.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-vacuum.html#GUC-AUTOVACUUM-WORKER-SLOTS',
  remediation: {
    text: 'Raise autovacuum_worker_slots (a restart), or lower autovacuum_max_workers.',
    sql: null,
  },
  reads: [],
  settings: ['autovacuum_worker_slots', 'autovacuum_max_workers'],
  since: 18,
  thresholds: {},
  find: (checked) => {
    const slots = checked.numberSetting('autovacuum_worker_slots');
    const wanted = checked.numberSetting('autovacuum_max_workers');
    if (slots === null || wanted === null || wanted <= slots) return [];
    return [settingFinding(checked, 'autovacuum_max_workers', 'warning', { autovacuum_worker_slots: slots })];
  },
};
