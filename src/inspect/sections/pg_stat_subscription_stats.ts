import { closedObject } from '../../core/schema.js';
import { counter, label, numberKey, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_subscription_stats, since 15; conflicts are counted since 18. */
export const pgStatSubscriptionStats = defineSection({
  id: 'pg_stat_subscription_stats',
  title: 'Errors and conflicts of logical subscriptions',
  scope: 'cluster',
  reads: 'statistics',
  parameters: ['limit'],
  order: 'by subscription',
  needs: [],
  row: closedObject({
    subid: numberKey('oid of the subscription'),
    subname: label('name of the subscription'),
    apply_error_count: counter('errors while applying changes'),
    sync_error_count: counter('errors while copying tables'),
    confl_insert_exists: counter('inserts of a row that was there, since 18'),
    confl_update_origin_differs: counter('updates of a row that another origin had changed, since 18'),
    confl_update_exists: counter('updates to a key that was there, since 18'),
    confl_update_missing: counter('updates of a row that was not there, since 18'),
    confl_delete_origin_differs: counter('deletes of a row that another origin had changed, since 18'),
    confl_delete_missing: counter('deletes of a row that was not there, since 18'),
    confl_multiple_unique_conflicts: counter('changes that violated several unique constraints, since 18'),
    stats_reset: time('when these counters were last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [
    {
      since: 15,
      sql: /* sql */ `
SELECT s.subid, s.subname, s.apply_error_count, s.sync_error_count,
       NULL::int8 AS confl_insert_exists,
       NULL::int8 AS confl_update_origin_differs,
       NULL::int8 AS confl_update_exists,
       NULL::int8 AS confl_update_missing,
       NULL::int8 AS confl_delete_origin_differs,
       NULL::int8 AS confl_delete_missing,
       NULL::int8 AS confl_multiple_unique_conflicts,
       s.stats_reset,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_subscription_stats AS s
 ORDER BY s.subname COLLATE "C", s.subid
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 18,
      sql: /* sql */ `
SELECT s.subid, s.subname, s.apply_error_count, s.sync_error_count,
       s.confl_insert_exists, s.confl_update_origin_differs, s.confl_update_exists, s.confl_update_missing,
       s.confl_delete_origin_differs, s.confl_delete_missing, s.confl_multiple_unique_conflicts,
       s.stats_reset,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_stat_subscription_stats AS s
 ORDER BY s.subname COLLATE "C", s.subid
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
