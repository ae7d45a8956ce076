import { closedObject } from '../../core/schema.js';
import { flag, gauge, label, numberKey, setting } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_file_settings: what stands in the configuration files now, applied or not. Read from the function below the
 * view, so that EXECUTE on it is all that a role needs (the view would need SELECT as well).
 */
export const pgFileSettings = defineSection({
  id: 'pg_file_settings',
  title: 'Every entry of the configuration files, with the errors that keep one from being applied',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'as the server reads them',
  needs: [
    {
      kind: 'function',
      name: 'pg_catalog.pg_show_all_file_settings()',
      without: 'skipped',
      loses: 'the content of the configuration files and errors in them',
    },
  ],
  row: closedObject({
    seqno: numberKey('order in which the server processed the entries'),
    name: label('name of the setting; null for an error of the file itself'),
    setting: setting('value as the file has it'),
    applied: flag('true where this entry is in force, or would be after a reload'),
    error: label('why the entry cannot be applied'),
    sourcefile: label('file the entry stands in'),
    sourceline: gauge('line of the entry'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT f.seqno, f.name, f.setting, f.applied, f.error, f.sourcefile, f.sourceline
  FROM pg_catalog.pg_show_all_file_settings() AS f
 ORDER BY f.seqno`,
    },
  ],
});
