import { pgDatabase } from '../../../inspect/sections/pg_database.js';
import { quoteIdentifier } from '../../../core/identifier.js';
import type { CheckRule } from '../../rule.js';

/** Databases that are neither there nor gone. */
export const databaseInvalid: CheckRule = {
  id: 'database_invalid',
  family: 'availability',
  title: 'A database is left over from a DROP DATABASE that was cut off',
  severity: 'warning',
  about:
    'DROP DATABASE was interrupted after it had begun to remove files. Nobody can connect to the database; it holds space and keeps the server from freezing transaction IDs until it is dropped for good.',
  source:
    'https://www.postgresql.org/docs/current/catalog-pg-database.html (datconnlimit = -2); PostgreSQL 16.0, 15.4, 14.9, 13.12, 12.16 release notes',
  remediation: { text: 'Drop it again.', sql: null },
  reads: [pgDatabase],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgDatabase)
      .filter(({ is_invalid }) => is_invalid === true)
      .map(({ datname, frozenxid_age }) => ({
        object: { type: 'database', name: datname ?? '' },
        severity: 'warning',
        evidence: { frozenxid_age },
        threshold: null,
        remediation: { text: 'Drop it again.', sql: `DROP DATABASE ${quoteIdentifier(datname ?? '')};` },
      })),
};
