import { closedObject } from '../../core/schema.js';
import { gauge, id, label, numberKey, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_wal_receiver: no row on a primary. The view's conninfo is never read: it may hold a password. */
export const pgStatWalReceiver = defineSection({
  id: 'pg_stat_wal_receiver',
  title: 'The process that receives WAL on a standby; no row on a primary',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'one row on a standby, none on a primary',
  needs: [
    {
      kind: 'role',
      name: 'pg_read_all_stats',
      without: 'partial',
      loses: 'on a standby only the pid of the receiver is visible',
    },
  ],
  row: closedObject({
    pid: numberKey('process id'),
    status: label('stopped, starting, streaming, waiting or restarting'),
    receive_start_lsn: id('WAL position it began at'),
    receive_start_tli: gauge('timeline it began on'),
    written_lsn: id('last WAL position written, since 13'),
    flushed_lsn: id('last WAL position flushed to disk (until 12 called received_lsn)'),
    received_tli: gauge('timeline of flushed_lsn'),
    last_msg_send_time: time('when the last message was sent, by the sender’s clock'),
    last_msg_receipt_time: time('when the last message came'),
    last_msg_age_ms: gauge('milliseconds since the last message came'),
    latest_end_lsn: id('last WAL position reported to the sender'),
    latest_end_time: time('when that was'),
    slot_name: label('replication slot it uses'),
    sender_host: label('host of the sender'),
    sender_port: gauge('port of the sender'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT w.pid, w.status, w.receive_start_lsn::text AS receive_start_lsn, w.receive_start_tli,
       NULL::text AS written_lsn, w.received_lsn::text AS flushed_lsn,
       w.received_tli, w.last_msg_send_time, w.last_msg_receipt_time,
       extract(epoch FROM pg_catalog.clock_timestamp() - w.last_msg_receipt_time)::float8 * 1000 AS last_msg_age_ms,
       w.latest_end_lsn::text AS latest_end_lsn, w.latest_end_time, w.slot_name, w.sender_host, w.sender_port
  FROM pg_catalog.pg_stat_wal_receiver AS w
 ORDER BY w.pid`,
    },
    {
      since: 13,
      sql: /* sql */ `
SELECT w.pid, w.status, w.receive_start_lsn::text AS receive_start_lsn, w.receive_start_tli,
       w.written_lsn::text AS written_lsn, w.flushed_lsn::text AS flushed_lsn,
       w.received_tli, w.last_msg_send_time, w.last_msg_receipt_time,
       extract(epoch FROM pg_catalog.clock_timestamp() - w.last_msg_receipt_time)::float8 * 1000 AS last_msg_age_ms,
       w.latest_end_lsn::text AS latest_end_lsn, w.latest_end_time, w.slot_name, w.sender_host, w.sender_port
  FROM pg_catalog.pg_stat_wal_receiver AS w
 ORDER BY w.pid`,
    },
  ],
});
