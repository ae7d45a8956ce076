import { quoteIdentifier } from '../../../core/identifier.js';
import { pgConstraint } from '../../../inspect/sections/pg_constraint.js';
import { constraintName, qualified } from '../../sqlName.js';
import type { CheckRule } from '../../rule.js';

/** Constraints that old rows may break. */
export const constraintNotValidated: CheckRule = {
  id: 'constraint_not_validated',
  family: 'constraints',
  title: 'A constraint was never validated',
  severity: 'warning',
  about:
    'It was added NOT VALID: new rows are checked, the old ones never were, and the planner does not rely on it. From 18 on constraints that are not enforced at all are another finding.',
  source: 'https://www.postgresql.org/docs/current/sql-altertable.html (VALIDATE CONSTRAINT)',
  remediation: { text: 'Validate it: the table stays readable and writable meanwhile.', sql: null },
  reads: [pgConstraint],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgConstraint)
      .filter((row) => row.enforced !== false && row.domain === null)
      .map((row) => ({
        object: { type: 'constraint', name: constraintName(row) },
        severity: 'warning',
        evidence: { type: row.type, references: row.references },
        threshold: null,
        remediation: {
          text: 'Validate it: the table stays readable and writable meanwhile.',
          sql: `ALTER TABLE ${qualified(row.schema, row.table)} VALIDATE CONSTRAINT ${quoteIdentifier(row.name ?? '')};`,
        },
      })),
};
