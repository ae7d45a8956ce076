import { pgStatReplication } from '../../../inspect/sections/pg_stat_replication.js';
import type { CheckRule } from '../../rule.js';

/** Receivers that are not there yet. */
export const standbyCatchingUp: CheckRule = {
  id: 'standby_catching_up',
  family: 'replication',
  title: 'A receiver of WAL is still catching up',
  severity: 'info',
  about:
    'It is in state catchup or startup: it reads old WAL before it follows. That passes by itself, unless it is not fast enough.',
  source: 'https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW',
  remediation: { text: 'Wait, and look again; its lag should shrink.', sql: null },
  reads: [pgStatReplication],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgStatReplication)
      .filter((row) => row.state === 'catchup' || row.state === 'startup')
      .map((row) => ({
        object: { type: 'standby', name: row.application_name ?? String(row.pid) },
        severity: 'info',
        evidence: { state: row.state, replay_lag_bytes: row.replay_lag_bytes },
        threshold: null,
      })),
};
