import { settingFinding } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** Workers that cannot come. */
export const parallelWorkersUnreachable: CheckRule = {
  id: 'parallel_workers_unreachable',
  family: 'settings',
  title: 'More parallel workers are allowed than there are worker processes',
  severity: 'info',
  about:
    'Parallel queries take their workers out of max_worker_processes, and at most max_parallel_workers of them at once. What goes beyond is planned for and never started. max_parallel_workers_per_gather is not looked at: pgdba’s own session sets it.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-MAX-PARALLEL-WORKERS',
  remediation: {
    text: 'Make max_worker_processes at least as large as max_parallel_workers (a restart), or lower the latter.',
    sql: null,
  },
  reads: [],
  settings: ['max_worker_processes', 'max_parallel_workers'],
  thresholds: {},
  find: (checked) =>
    ['max_parallel_workers', 'max_parallel_maintenance_workers'].flatMap((name) => {
      const most = checked.numberSetting('max_worker_processes');
      const wanted = checked.numberSetting(name);
      if (most === null || wanted === null || wanted <= most) return [];
      return [settingFinding(checked, name, 'info', { max_worker_processes: most })];
    }),
};
