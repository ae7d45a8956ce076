import { pgHbaFileRules } from '../../../inspect/sections/pg_hba_file_rules.js';
import { hbaLine } from '../../hbaLine.js';
import type { CheckRule } from '../../rule.js';

/** Said of hostssl while ssl is off, and of hostgssenc in a build without GSSAPI; such lines are loaded. */
const TAKEN_ALL_THE_SAME = 'record cannot match because';

/** Lines of pg_hba.conf that the server cannot use. */
export const hbaError: CheckRule = {
  id: 'hba_error',
  family: 'security',
  title: 'A line of pg_hba.conf cannot be used',
  severity: 'critical',
  about:
    'With one wrong line the server refuses to reload the file and goes on with the old rules: what was changed since is ' +
    'not in force, and the next start fails altogether. Lines that are right and cannot match here (hostssl while ssl is off) are left out.',
  source: 'https://www.postgresql.org/docs/current/view-pg-hba-file-rules.html',
  remediation: { text: 'Mend the line, then reload.', sql: 'SELECT pg_catalog.pg_reload_conf();' },
  reads: [pgHbaFileRules],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgHbaFileRules)
      .filter(({ error }) => error !== null && !error.includes(TAKEN_ALL_THE_SAME))
      .map((row) => {
        const { object, evidence } = hbaLine(row);
        return { object, severity: 'critical', evidence: { error: row.error, ...evidence }, threshold: null };
      }),
};
