import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';

/** Settings that are far from what the host asks for. */
export const settingFarOff: CheckRule = {
  id: 'setting_far_off',
  family: 'settings',
  title: 'A setting is far from what this host asks for',
  severity: 'warning',
  about:
    'The value in force and the one that pgdba config tune recommends for a mixed workload differ by a large factor. ' +
    'Without --ram the host is not known, and the finding is no more than worth knowing. Settings where 0 or -1 means ' +
    'off or automatic are not compared.',
  source: 'docs/rules.md, docs/tuning.md',
  remediation: {
    text: 'pgdba config tune shows the recommendation with its reasons; config tune --apply sets it.',
    sql: null,
  },
  reads: [],
  settings: ['shared_buffers', 'max_wal_size'],
  thresholds: {
    warning_factor: { value: 4, unit: 'times', meaning: 'one of the two values is so many times the other' },
  },
  find: ({ advice, host }, limit) =>
    advice.flatMap(({ parameter, current, recommended, factor, rationale }) => {
      const level = levelOf(factor, limit, ['warning_factor']);
      if (level === null) return [];
      return [
        {
          object: { type: 'setting', name: parameter },
          evidence: { value: current, recommended, factor, rationale, ram_bytes: host.ramBytes },
          threshold: level.threshold,
          severity: host.ramBytes === null ? 'info' : level.severity,
        },
      ];
    }),
};
