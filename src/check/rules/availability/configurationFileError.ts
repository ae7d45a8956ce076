import { pgFileSettings } from '../../../inspect/sections/pg_file_settings.js';
import { pgSettings } from '../../../inspect/sections/pg_settings.js';
import type { CheckRule } from '../../rule.js';

/** Said of a wrong value, and of a good one that waits for a restart. */
const NOT_APPLIED = 'setting could not be applied';

/** Lines of the configuration files that the server refuses. */
export const configurationFileError: CheckRule = {
  id: 'configuration_file_error',
  family: 'availability',
  title: 'An entry of the configuration files cannot be applied',
  severity: 'warning',
  about:
    'An entry has a value that the server does not take, or a file cannot be read as a whole. The server goes on with what it had; the next start may fail. Of settings that only a restart changes the server does not tell a wrong value from one that waits: they are left out.',
  source: 'https://www.postgresql.org/docs/current/view-pg-file-settings.html',
  remediation: { text: 'Mend the line; pgdba config show tells which value is in force.', sql: null },
  reads: [pgFileSettings, pgSettings],
  thresholds: {},
  find: (checked) => {
    const atStart = new Set(
      checked
        .rows(pgSettings)
        .filter(({ context }) => context === 'postmaster')
        .map(({ name }) => name?.toLowerCase()),
    );
    return checked
      .rows(pgFileSettings)
      .filter(({ error }) => error !== null)
      .filter(({ name, error }) => error !== NOT_APPLIED || !atStart.has(name?.toLowerCase()))
      .map(({ name, sourcefile, sourceline, error }) => ({
        object: { type: 'setting', name: name ?? `${sourcefile ?? ''}:${String(sourceline ?? 0)}` },
        severity: 'warning',
        evidence: { error, sourcefile, sourceline },
        threshold: null,
      }));
  },
};
