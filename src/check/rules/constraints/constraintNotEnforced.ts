import { pgConstraint } from '../../../inspect/sections/pg_constraint.js';
import { constraintName } from '../../sqlName.js';
import type { CheckRule } from '../../rule.js';

/** Constraints that only document. */
export const constraintNotEnforced: CheckRule = {
  id: 'constraint_not_enforced',
  family: 'constraints',
  title: 'A constraint is not enforced',
  severity: 'info',
  about:
    'NOT ENFORCED (18 and later) means that rows may break it at any time. That can be wanted; whoever reads the schema should know.',
  source: 'https://www.postgresql.org/docs/current/sql-createtable.html (NOT ENFORCED)',
  remediation: { text: 'Enforce it, once the rows fit; or drop it.', sql: null },
  reads: [pgConstraint],
  since: 18,
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgConstraint)
      .filter((row) => row.enforced === false)
      .map((row) => ({
        object: { type: 'constraint', name: constraintName(row) },
        severity: 'info',
        evidence: { type: row.type, references: row.references },
        threshold: null,
      })),
};
