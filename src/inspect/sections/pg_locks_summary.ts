import { closedObject } from '../../core/schema.js';
import { gauge, key } from '../column.js';
import { defineSection } from '../section.js';

/** pg_locks, counted: our own locks are left out. */
export const pgLocksSummary = defineSection({
  id: 'pg_locks_summary',
  title: 'Locks held and waited for, by kind and mode',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'by kind and mode',
  needs: [],
  row: closedObject({
    locktype: key('kind of thing locked'),
    mode: key('lock mode'),
    granted: gauge('locks held'),
    waiting: gauge('locks waited for'),
    fastpath: gauge('locks held that never needed the shared lock table'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT l.locktype, l.mode,
       pg_catalog.count(*) FILTER (WHERE l.granted) AS granted,
       pg_catalog.count(*) FILTER (WHERE NOT l.granted) AS waiting,
       pg_catalog.count(*) FILTER (WHERE l.fastpath) AS fastpath
  FROM pg_catalog.pg_locks AS l
 WHERE l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
 GROUP BY l.locktype, l.mode
 ORDER BY l.locktype, l.mode`,
    },
  ],
});
