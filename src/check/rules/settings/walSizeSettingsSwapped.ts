import { settingFinding } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** Limits of the WAL that contradict each other. */
export const walSizeSettingsSwapped: CheckRule = {
  id: 'wal_size_settings_swapped',
  family: 'settings',
  title: 'min_wal_size is above max_wal_size',
  severity: 'warning',
  about:
    'max_wal_size decides when a checkpoint is due, min_wal_size how much WAL is kept for reuse. With the smaller above the larger neither does what its name says.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-MAX-WAL-SIZE',
  remediation: {
    text: 'Lower min_wal_size below max_wal_size.',
    sql: 'ALTER SYSTEM RESET min_wal_size;\nSELECT pg_reload_conf();',
  },
  reads: [],
  settings: ['min_wal_size', 'max_wal_size'],
  thresholds: {},
  find: (checked) => {
    const least = checked.bytesSetting('min_wal_size');
    const most = checked.bytesSetting('max_wal_size');
    if (least === null || most === null || least <= most) return [];
    const evidence = { min_wal_size_bytes: least, max_wal_size_bytes: most };
    return [settingFinding(checked, 'min_wal_size', 'warning', evidence)];
  },
};
