import { closedObject } from '../../core/schema.js';
import { flag, gauge, id, label, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_control_checkpoint(): PUBLIC on every known major, but managed services may refuse it. */
export const pgControlCheckpoint = defineSection({
  id: 'pg_control_checkpoint',
  title: 'The last checkpoint, as the control file has it',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'one row',
  needs: [
    {
      kind: 'function',
      name: 'pg_catalog.pg_control_checkpoint()',
      without: 'skipped',
      loses: 'the last checkpoint',
    },
  ],
  row: closedObject({
    checkpoint_lsn: id('WAL position of the last checkpoint record'),
    redo_lsn: id('WAL position that recovery would start at'),
    redo_wal_file: label('WAL file of redo_lsn'),
    timeline_id: gauge('timeline of the last checkpoint'),
    prev_timeline_id: gauge('timeline before it'),
    full_page_writes: flag('whether full page images were on'),
    next_xid: id('next transaction id, with its epoch'),
    next_oid: gauge('next oid'),
    next_multixact_id: id('next multixact id'),
    next_multi_offset: id('next multixact offset'),
    oldest_xid: id('oldest transaction id not frozen yet'),
    oldest_xid_dbid: gauge('oid of the database that holds oldest_xid'),
    oldest_active_xid: id('oldest transaction running at the checkpoint; null when there was none'),
    oldest_multi_xid: id('oldest multixact id not frozen yet'),
    oldest_multi_dbid: gauge('oid of the database that holds oldest_multi_xid'),
    oldest_commit_ts_xid: id('oldest transaction with a commit time; null when there is none'),
    newest_commit_ts_xid: id('newest transaction with a commit time; null when there is none'),
    checkpoint_time: time('when the checkpoint was made'),
    checkpoint_age_ms: gauge('milliseconds since then'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT c.checkpoint_lsn::text AS checkpoint_lsn, c.redo_lsn::text AS redo_lsn, c.redo_wal_file,
       c.timeline_id, c.prev_timeline_id, c.full_page_writes, c.next_xid, c.next_oid,
       c.next_multixact_id::text AS next_multixact_id, c.next_multi_offset::text AS next_multi_offset,
       c.oldest_xid::text AS oldest_xid, c.oldest_xid_dbid,
       NULLIF(c.oldest_active_xid::text, '0') AS oldest_active_xid,
       c.oldest_multi_xid::text AS oldest_multi_xid, c.oldest_multi_dbid,
       NULLIF(c.oldest_commit_ts_xid::text, '0') AS oldest_commit_ts_xid,
       NULLIF(c.newest_commit_ts_xid::text, '0') AS newest_commit_ts_xid,
       c.checkpoint_time,
       extract(epoch FROM pg_catalog.clock_timestamp() - c.checkpoint_time)::float8 * 1000 AS checkpoint_age_ms
  FROM pg_catalog.pg_control_checkpoint() AS c`,
    },
  ],
});
