import { settingFinding } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** An archiver without work orders. */
export const archivingWithoutCommand: CheckRule = {
  id: 'archiving_without_command',
  family: 'wal',
  title: 'Archiving is on and nothing is told to archive',
  severity: 'critical',
  about:
    'archive_mode is on, and both archive_command and archive_library (15 and later) are empty: WAL waits to be archived and is never removed.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-ARCHIVE-COMMAND',
  remediation: {
    text: 'Set archive_command or archive_library, or turn archive_mode off (a restart).',
    sql: null,
  },
  reads: [],
  settings: ['archive_mode', 'archive_command'],
  thresholds: {},
  find: (checked) => {
    const mode = checked.setting('archive_mode');
    const command = checked.setting('archive_command') ?? '';
    const library = checked.setting('archive_library') ?? '';
    const isSet = (command !== '' && command !== '(disabled)') || library !== '';
    const isAtWork = mode === 'always' || (mode === 'on' && checked.role === 'primary');
    if (!isAtWork || isSet) return [];
    return [settingFinding(checked, 'archive_mode', 'critical', { archive_command: command })];
  },
};
