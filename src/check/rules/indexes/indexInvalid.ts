import { pgStatProgressCreateIndex } from '../../../inspect/sections/pg_stat_progress_create_index.js';
import { pgStatUserIndexes } from '../../../inspect/sections/pg_stat_user_indexes.js';
import { qualified } from '../../sqlName.js';
import type { CheckRule } from '../../rule.js';

/** Indexes that nobody can use. */
export const indexInvalid: CheckRule = {
  id: 'index_invalid',
  family: 'indexes',
  title: 'An index is invalid',
  severity: 'warning',
  about:
    'Its CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY failed: no query uses it, and every write still pays for it. One that is being built right now is left out, and so is the parent of partitions that still lack theirs.',
  source: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
  remediation: { text: 'Drop it, or rebuild it.', sql: null },
  reads: [pgStatUserIndexes, pgStatProgressCreateIndex],
  thresholds: {},
  find: (checked) => {
    const building = new Set(checked.rows(pgStatProgressCreateIndex).map(({ index_relid }) => index_relid));
    return checked
      .rows(pgStatUserIndexes)
      .filter((row) => row.is_valid === false && row.is_partitioned !== true && !building.has(row.indexrelid))
      .map((row) => {
        const name = qualified(row.schemaname, row.indexrelname);
        return {
          object: { type: 'index', name },
          severity: 'warning',
          evidence: { table: qualified(row.schemaname, row.relname), size_bytes: row.size_bytes },
          threshold: null,
          remediation: {
            text: 'Rebuild it, or drop it when it is a leftover (its name then ends in _ccnew or _ccold).',
            sql: `REINDEX INDEX CONCURRENTLY ${name};`,
          },
        };
      });
  },
};
