import { pgFileSettings } from '../../../inspect/sections/pg_file_settings.js';
import type { CheckRule } from '../../rule.js';

/** Lines of the configuration files that the server refuses. */
export const configurationFileError: CheckRule = {
  id: 'configuration_file_error',
  family: 'availability',
  title: 'An entry of the configuration files cannot be applied',
  severity: 'warning',
  about:
    'An entry has a value that the server does not take, or a file cannot be read as a whole. The server goes on with what it had; the next start may fail. Entries that only wait for a restart are not meant.',
  source: 'https://www.postgresql.org/docs/current/view-pg-file-settings.html',
  remediation: { text: 'Mend the line; pgdba config show tells which value is in force.', sql: null },
  reads: [pgFileSettings],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgFileSettings)
      .filter(({ error }) => error !== null && error !== 'setting could not be applied')
      .map(({ name, sourcefile, sourceline, error }) => ({
        object: { type: 'setting', name: name ?? `${sourcefile ?? ''}:${String(sourceline ?? 0)}` },
        severity: 'warning',
        evidence: { error, sourcefile, sourceline },
        threshold: null,
      })),
};
