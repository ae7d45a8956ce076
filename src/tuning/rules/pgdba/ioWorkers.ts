import type { Rule } from '../../rule.js';

const PER_CPU = 1 / 4;
const LEAST = 3;
const MOST = 32;

/** io_method itself is never proposed: what a build and its host allow shows only when the server starts, or does not. */
export const ioWorkers: Rule = {
  id: 'io.workers',
  title: 'I/O workers for a quarter of the CPUs, where io_method is worker',
  parameters: ['io_workers'],
  reference: 'https://www.postgresql.org/docs/18/runtime-config-resource.html#GUC-IO-WORKERS',
  propose: ({ host }, chosen) => {
    const current = chosen.numberOf('io_workers');
    if (host.cpus === null || current === null || chosen.settingOf('io_method') !== 'worker') return [];
    const target = Math.min(MOST, Math.max(LEAST, Math.floor(host.cpus * PER_CPU)));
    if (target <= current) return [];
    return [
      {
        parameter: 'io_workers',
        value: String(target),
        confidence: 'medium',
        rationale: 'They read for all sessions; three are few where many CPUs wait for them.',
        source: 'pgdba',
        evidence: { cpus: host.cpus, in_force: current, io_method: 'worker' },
      },
    ];
  },
};
