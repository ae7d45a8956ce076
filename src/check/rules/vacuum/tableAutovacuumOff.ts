import { pgStatUserTables } from '../../../inspect/sections/pg_stat_user_tables.js';
import { levelOf } from '../../level.js';
import { qualified } from '../../sqlName.js';
import { textOption } from '../../reloption.js';
import type { CheckRule } from '../../rule.js';

/** As PostgreSQL reads a boolean. */
const OFF = new Set(['off', 'false', 'no', '0', 'f', 'n']);

/** Tables that nobody cleans. */
export const tableAutovacuumOff: CheckRule = {
  id: 'table_autovacuum_off',
  family: 'vacuum',
  title: 'Autovacuum is off for a table',
  severity: 'warning',
  about:
    'Dead rows pile up and statistics grow old; only the vacuum against wraparound still comes, all at once. Meant well for a bulk load and then forgotten. Small tables are left out, and those that somebody vacuums by hand.',
  source: 'https://www.postgresql.org/docs/current/sql-createtable.html#RELOPTION-AUTOVACUUM-ENABLED',
  remediation: { text: 'Turn it on again.', sql: null },
  reads: [pgStatUserTables],
  only: 'primary',
  thresholds: {
    warning_rows: { value: 1000, unit: 'rows', meaning: 'it has so many rows, dead ones included' },
  },
  find: (checked, limit) =>
    checked.rows(pgStatUserTables).flatMap((row) => {
      const { schemaname, relname, reloptions, relpages, n_live_tup, n_dead_tup, last_vacuum } = row;
      const isOff = OFF.has(textOption(reloptions, 'autovacuum_enabled')?.toLowerCase() ?? '');
      if (!isOff || last_vacuum !== null) return [];
      const rows = (n_live_tup ?? 0) + (n_dead_tup ?? 0);
      const level = levelOf(rows, limit, ['warning_rows']);
      if (level === null) return [];
      const name = qualified(schemaname, relname);
      return [
        {
          object: { type: 'table', name },
          evidence: { rows, n_dead_tup, relpages },
          ...level,
          remediation: { text: 'Turn it on again.', sql: `ALTER TABLE ${name} RESET (autovacuum_enabled);` },
        },
      ];
    }),
};
