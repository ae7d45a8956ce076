import { quoteIdentifier } from '../../../core/identifier.js';
import { pgProc } from '../../../inspect/sections/pg_proc.js';
import type { CheckRule } from '../../rule.js';
import { qualified } from '../../sqlName.js';

/** SECURITY DEFINER functions that look for names where their caller says. */
export const definerWithoutPath: CheckRule = {
  id: 'definer_without_path',
  family: 'security',
  title: 'A SECURITY DEFINER function takes its caller’s search_path',
  severity: 'warning',
  about:
    'It runs with its owner’s rights and finds tables, functions and operators by the search_path of whoever calls it: the ' +
    'caller can have it run his own. With a superuser as the owner that is the whole server. Functions that only some ' +
    'may call are worth knowing. Functions of extensions are left out.',
  source: 'https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY',
  remediation: { text: 'Give the function a search_path of its own, pg_temp last.', sql: null },
  reads: [pgProc],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgProc)
      .filter(({ search_path }) => search_path === null)
      .map((row) => {
        const name = `${qualified(row.schema, row.name)}(${row.arguments ?? ''})`;
        return {
          object: { type: 'function', name },
          severity: row.public_may_execute === true ? 'warning' : 'info',
          evidence: {
            owner: row.owner,
            owner_is_superuser: row.owner_is_superuser,
            public_may_execute: row.public_may_execute,
            language: row.language,
          },
          threshold: null,
          remediation: {
            text: 'Give the function a search_path of its own, pg_temp last.',
            sql: `ALTER ROUTINE ${name} SET search_path = ${quoteIdentifier(row.schema ?? '')}, pg_temp;`,
          },
        };
      }),
};
