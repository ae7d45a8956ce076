import { closedObject } from '../../core/schema.js';
import { counter, label, numberKey, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_user_functions: only what track_functions counted. */
export const pgStatUserFunctions = defineSection({
  id: 'pg_stat_user_functions',
  title: 'Calls and time of functions',
  scope: 'database',
  reads: 'statistics',
  parameters: ['limit'],
  order: 'most time first',
  needs: [
    {
      kind: 'setting',
      name: 'track_functions',
      least: 'pl',
      without: 'noted',
      loses: 'no function is counted',
    },
  ],
  row: closedObject({
    funcid: numberKey('oid of the function'),
    schemaname: label('its schema'),
    funcname: label('its name'),
    arguments: label('its arguments, as they identify it'),
    calls: counter('calls'),
    total_time_ms: counter('milliseconds spent in it and what it called'),
    self_time_ms: counter('milliseconds spent in itself'),
    stats_reset: time('when the counters of this database were last reset'),
  }),
  resetAt: 'stats_reset',
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT f.funcid, f.schemaname, f.funcname,
       pg_catalog.pg_get_function_identity_arguments(f.funcid) AS arguments,
       f.calls, f.total_time AS total_time_ms, f.self_time AS self_time_ms,
       pg_catalog.pg_stat_get_db_stat_reset_time(
         (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()))
         AS stats_reset,
       f.total_count
  FROM (SELECT u.funcid, u.schemaname, u.funcname, u.calls, u.total_time, u.self_time,
               pg_catalog.count(*) OVER () AS total_count
          FROM pg_catalog.pg_stat_user_functions AS u
         ORDER BY u.total_time DESC, u.funcid
         LIMIT NULLIF($1::int8, 0)) AS f
 ORDER BY f.total_time DESC, f.funcid`,
    },
  ],
});
