import { pgStatWalReceiver } from '../../../inspect/sections/pg_stat_wal_receiver.js';
import { system } from '../../../inspect/sections/system.js';
import type { CheckRule } from '../../rule.js';

/** A standby that is cut off. */
export const walReceiverMissing: CheckRule = {
  id: 'wal_receiver_missing',
  family: 'replication',
  title: 'The standby receives no WAL',
  severity: 'critical',
  about:
    'The server is in recovery with primary_conninfo set, and no process receives WAL: the primary is not reached, or the slot is gone. A standby that is fed from an archive alone has no primary_conninfo and is left out.',
  source: 'https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION',
  remediation: { text: 'Look into the server log: it says why the primary refuses.', sql: null },
  reads: [system, pgStatWalReceiver],
  settings: ['primary_conninfo'],
  only: 'standby',
  thresholds: {},
  find: (checked) => {
    const row = checked.rows(system)[0];
    const streams = checked.rows(pgStatWalReceiver).length > 0;
    if (streams || (checked.setting('primary_conninfo') ?? '') === '') return [];
    const evidence = { last_replayed_xact_at: row?.last_replayed_xact_at ?? null };
    return [
      { object: { type: 'server', name: 'wal receiver' }, severity: 'critical', evidence, threshold: null },
    ];
  },
};
