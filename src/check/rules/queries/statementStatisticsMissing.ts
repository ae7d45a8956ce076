import { pgExtension } from '../../../inspect/sections/pg_extension.js';
import type { CheckRule } from '../../rule.js';

/** A server without statement statistics. */
export const statementStatisticsMissing: CheckRule = {
  id: 'statement_statistics_missing',
  family: 'queries',
  title: 'pg_stat_statements is not there',
  severity: 'info',
  about:
    'Without it nobody can say what the server spends its time on; pgdba query top, slow-log and index-suggest have nothing to read.',
  source: 'https://www.postgresql.org/docs/current/pgstatstatements.html',
  remediation: {
    text: 'Put pg_stat_statements into shared_preload_libraries (a restart), and create the extension.',
    sql: 'CREATE EXTENSION pg_stat_statements;',
  },
  reads: [pgExtension],
  thresholds: {},
  find: (checked) =>
    checked.rows(pgExtension).some(({ name }) => name === 'pg_stat_statements')
      ? []
      : [
          {
            object: { type: 'extension', name: 'pg_stat_statements' },
            severity: 'info',
            evidence: { database: checked.database },
            threshold: null,
          },
        ],
};
