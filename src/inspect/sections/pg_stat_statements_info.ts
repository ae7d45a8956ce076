import { closedObject } from '../../core/schema.js';
import { counter, gauge, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_statements_info, since version 1.9 of the extension. */
export const pgStatStatementsInfo = defineSection({
  id: 'pg_stat_statements_info',
  title: 'How often pg_stat_statements had to forget statements',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'one row',
  needs: [
    {
      kind: 'extension',
      name: 'pg_stat_statements',
      preloadedWhen: 'pg_stat_statements.max',
      without: 'skipped',
      loses: 'no statement statistics',
    },
  ],
  row: closedObject({
    dealloc: counter('times the least used entries were thrown out because there were more than max_entries'),
    max_entries: gauge('entries it holds at most (pg_stat_statements.max)'),
    stats_reset: time('when all entries were last reset'),
  }),
  resetAt: 'stats_reset',
  versionedBy: { extension: 'pg_stat_statements' },
  variants: [
    {
      since: 1009,
      sql: /* sql */ `
SELECT i.dealloc, pg_catalog.current_setting('pg_stat_statements.max', true)::int8 AS max_entries, i.stats_reset
  FROM @extschema@.pg_stat_statements_info AS i`,
    },
  ],
});
