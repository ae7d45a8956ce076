import { alterSystemReset, alterSystemSet } from '../../core/setting/alterSystem.js';
import { takesAll, type PlanFormat } from './format.js';

/** Statements for psql, one a line: ALTER SYSTEM may not stand in a transaction block. */
export const alterSystem: PlanFormat = {
  id: 'alter-system',
  how: 'psql -X -v ON_ERROR_STOP=1 -f alter-system.sql',
  unfit: takesAll,
  render: (planned, major) => {
    const statements = planned.map(({ name, value }) =>
      value === null ? alterSystemReset(name) : alterSystemSet(name, value, major),
    );
    const lines = [...statements, 'SELECT pg_catalog.pg_reload_conf()'].map((statement) => `${statement};\n`);
    return [{ file: 'alter-system.sql', text: lines.join('') }];
  },
};
