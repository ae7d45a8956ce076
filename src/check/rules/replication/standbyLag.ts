import { pgStatReplication } from '../../../inspect/sections/pg_stat_replication.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';

/** Standbys that do not keep up. */
export const standbyLag: CheckRule = {
  id: 'standby_lag',
  family: 'replication',
  title: 'A standby is far behind',
  severity: 'critical',
  about:
    'It has not replayed so much WAL of what this server wrote. After a failover to it that much is missing, and its queries see the past.',
  source: 'https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW',
  remediation: {
    text: 'Look at the standby: its disk, its network, queries that hold replay back (max_standby_streaming_delay).',
    sql: null,
  },
  reads: [pgStatReplication],
  thresholds: {
    warning_bytes: { value: 268435456, unit: 'bytes', meaning: 'so much WAL is not replayed' },
    critical_bytes: { value: 5368709120, unit: 'bytes', meaning: 'so much WAL is not replayed' },
  },
  find: (checked, limit) =>
    checked.rows(pgStatReplication).flatMap((row) => {
      if (row.state === 'backup') return [];
      const level = levelOf(row.replay_lag_bytes, limit, ['critical_bytes', 'warning_bytes']);
      if (level === null) return [];
      const evidence = {
        replay_lag_bytes: row.replay_lag_bytes,
        flush_lag_bytes: row.flush_lag_bytes,
        replay_lag_ms: row.replay_lag_ms,
        state: row.state,
        client_addr: row.client_addr,
      };
      return [
        { object: { type: 'standby', name: row.application_name ?? String(row.pid) }, evidence, ...level },
      ];
    }),
};
