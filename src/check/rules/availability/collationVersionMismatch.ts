import { pgDatabase } from '../../../inspect/sections/pg_database.js';
import { quoteIdentifier } from '../../../core/identifier.js';
import type { CheckRule } from '../../rule.js';

/** Databases whose collations changed underneath them. */
export const collationVersionMismatch: CheckRule = {
  id: 'collation_version_mismatch',
  family: 'availability',
  title: 'The operating system sorts text otherwise than when the indexes were built',
  severity: 'warning',
  about:
    'The collation library has another version than the one that the database was created, or last refreshed, with. Indexes on text may now be in the wrong order: queries miss rows, and unique constraints let duplicates in. 15 and later keep the version.',
  source: 'https://www.postgresql.org/docs/current/sql-alterdatabase.html (REFRESH COLLATION VERSION)',
  remediation: { text: 'Rebuild the indexes on text in that database, then refresh the version.', sql: null },
  reads: [pgDatabase],
  since: 15,
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgDatabase)
      .filter(
        ({ collation_version: then, collation_actual_version: now }) =>
          then !== null && now !== null && then !== now,
      )
      .map(({ datname, collation_version, collation_actual_version }) => {
        const name = quoteIdentifier(datname ?? '');
        return {
          object: { type: 'database', name: datname ?? '' },
          severity: 'warning',
          evidence: { collation_version, collation_actual_version },
          threshold: null,
          remediation: {
            text: 'Rebuild the indexes on text in that database, then refresh the version.',
            sql: `REINDEX DATABASE ${name};\nALTER DATABASE ${name} REFRESH COLLATION VERSION;`,
          },
        };
      }),
};
