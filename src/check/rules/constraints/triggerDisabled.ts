import { quoteIdentifier } from '../../../core/identifier.js';
import { pgTrigger } from '../../../inspect/sections/pg_trigger.js';
import { qualified } from '../../sqlName.js';
import type { CheckRule } from '../../rule.js';

/** Triggers that do not fire. */
export const triggerDisabled: CheckRule = {
  id: 'trigger_disabled',
  family: 'constraints',
  title: 'A trigger is disabled',
  severity: 'warning',
  about:
    'It does not fire, and what it should keep true is not kept. Internal triggers are named by their foreign key: it is no longer checked.',
  source: 'https://www.postgresql.org/docs/current/sql-altertable.html (DISABLE TRIGGER)',
  remediation: { text: 'Enable it again, after looking at the rows that came in meanwhile.', sql: null },
  reads: [pgTrigger],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgTrigger)
      .filter((row) => row.fires === 'never')
      .map((row) => ({
        object: {
          type: 'trigger',
          name: `${qualified(row.schema, row.table)}.${quoteIdentifier((row.is_internal === true ? row.constraint : null) ?? row.name ?? '')}`,
        },
        severity: 'warning',
        evidence: { is_internal: row.is_internal, constraint: row.constraint },
        threshold: null,
        remediation: {
          text: 'Enable it again, after looking at the rows that came in meanwhile.',
          sql: `ALTER TABLE ${qualified(row.schema, row.table)} ENABLE TRIGGER ${row.is_internal === true ? 'ALL' : quoteIdentifier(row.name ?? '')};`,
        },
      })),
};
