import { pgSequences } from '../../../inspect/sections/pg_sequences.js';
import { qualified } from '../../sqlName.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';

/** Sequences near the end of their range, or of the column that they fill. */
export const sequenceExhaustion: CheckRule = {
  id: 'sequence_exhaustion',
  family: 'sequences',
  title: 'A sequence is nearly used up',
  severity: 'critical',
  about:
    'nextval() fails once the end is reached, and every INSERT with it. The end is the smaller of the sequence’s own ' +
    'limit and that of the column which it fills: a bigint sequence on an integer column ends at 2147483647. ' +
    'Sequences that cycle are left out: they do not fail.',
  source: 'https://www.postgresql.org/docs/current/sql-createsequence.html; docs/sections.md, pg_sequences',
  remediation: {
    text: 'Widen the column to bigint (a rewrite: plan it), or restart the sequence in the unused negative range.',
    sql: null,
  },
  reads: [pgSequences],
  thresholds: {
    warning_ratio: { value: 0.75, unit: 'ratio', meaning: 'this share of the values is used' },
    critical_ratio: { value: 0.9, unit: 'ratio', meaning: 'this share of the values is used' },
  },
  find: (checked, limit) =>
    checked.rows(pgSequences).flatMap((row) => {
      const { used_ratio: used, schemaname, sequencename, cycle } = row;
      if (used === null || cycle === true) return [];
      const level = levelOf(used, limit, ['critical_ratio', 'warning_ratio']);
      if (level === null) return [];
      const { last_value, end_value, owned_by, owned_by_type } = row;
      return [
        {
          object: { type: 'sequence', name: qualified(schemaname, sequencename) },
          ...level,
          evidence: { used_ratio: used, last_value, end_value, owned_by, owned_by_type },
        },
      ];
    }),
};
