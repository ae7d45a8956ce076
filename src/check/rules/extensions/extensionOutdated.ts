import { quoteIdentifier } from '../../../core/identifier.js';
import { pgExtension } from '../../../inspect/sections/pg_extension.js';
import type { CheckRule } from '../../rule.js';

/** Extensions that were left behind by an upgrade. */
export const extensionOutdated: CheckRule = {
  id: 'extension_outdated',
  family: 'extensions',
  title: 'An extension is older than its files on the server',
  severity: 'info',
  about:
    'A newer version of the extension is installed on the machine; the database still uses the old objects. After an upgrade of the server its views may miss columns.',
  source: 'https://www.postgresql.org/docs/current/sql-alterextension.html',
  remediation: { text: 'Update it.', sql: null },
  reads: [pgExtension],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgExtension)
      .filter((row) => row.update_available === true)
      .map((row) => ({
        object: { type: 'extension', name: row.name ?? '' },
        severity: 'info',
        evidence: { version: row.version, default_version: row.default_version },
        threshold: null,
        remediation: {
          text: 'Update it.',
          sql: `ALTER EXTENSION ${quoteIdentifier(row.name ?? '')} UPDATE;`,
        },
      })),
};
