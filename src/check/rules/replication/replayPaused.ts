import { system } from '../../../inspect/sections/system.js';
import type { CheckRule } from '../../rule.js';

/** A standby that stands still. */
export const replayPaused: CheckRule = {
  id: 'replay_paused',
  family: 'replication',
  title: 'Replay is paused on the standby',
  severity: 'warning',
  about:
    'pg_wal_replay_pause() was called, or recovery stopped at its target: WAL comes in and is not applied. The standby grows old, and its disk full.',
  source: 'https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL',
  remediation: { text: 'Let it go on.', sql: 'SELECT pg_catalog.pg_wal_replay_resume();' },
  reads: [system],
  only: 'standby',
  thresholds: {},
  find: (checked) =>
    checked
      .rows(system)
      .filter((row) => row.replay_paused === true)
      .map((row) => ({
        object: { type: 'server', name: 'recovery' },
        severity: 'warning',
        evidence: {
          replay_lag_bytes: row.replay_lag_bytes,
          last_replayed_xact_at: row.last_replayed_xact_at,
        },
        threshold: null,
      })),
};
