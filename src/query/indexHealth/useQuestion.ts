import { closedObject } from '../../core/schema.js';
import { counter, numberKey, time } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';

const sql = (lastScan: string): string =>
  [
    /* sql */ `
SELECT i.indexrelid AS oid, pg_catalog.pg_stat_get_numscans(i.indexrelid) AS scans, `,
    lastScan,
    /* sql */ ` AS last_scan,
       greatest(pg_catalog.pg_stat_get_db_stat_reset_time(d.oid),
                least(pg_catalog.pg_stat_get_bgwriter_stat_reset_time(),
                      (SELECT a.stats_reset FROM pg_catalog.pg_stat_archiver AS a))) AS stats_reset
  FROM pg_catalog.pg_database AS d
  LEFT JOIN pg_catalog.pg_index AS i ON pg_catalog.pg_stat_get_numscans(i.indexrelid) > 0
 WHERE d.datname = pg_catalog.current_database()`,
  ].join('');

/** Indexes that were used on this server, for the comparison with another; one row without an oid when none was. */
export const useQuestion = defineSection({
  id: 'pg_stat_user_indexes of a replica',
  title: 'Use of indexes',
  scope: 'cluster',
  reads: 'statistics',
  parameters: [],
  order: 'none',
  needs: [],
  row: closedObject({
    oid: numberKey('oid of the index'),
    scans: counter('scans'),
    last_scan: time('when the last of them was, since 16'),
    stats_reset: time('since when they are counted'),
  }),
  variants: [
    { since: 12, sql: sql('NULL::timestamptz') },
    { since: 16, sql: sql('pg_catalog.pg_stat_get_lastscan(i.indexrelid)') },
  ],
});
