import { pgStatActivity } from '../../../inspect/sections/pg_stat_activity.js';
import { levelOf } from '../../level.js';
import type { CheckRule } from '../../rule.js';
import { sessionFound } from '../../sessionFound.js';

const MAINTENANCE = /^\s*(vacuum|analyze|create\s+(unique\s+)?index|reindex|cluster|copy)\b/i;

/** Statements that do not come to an end. */
export const queryLong: CheckRule = {
  id: 'query_long',
  family: 'queries',
  title: 'A query has run for long',
  severity: 'warning',
  about:
    'An ordinary session has been executing one statement for so long. It holds its locks and the xmin horizon. Background processes, replication and VACUUM are left out: they may take their time.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT',
  remediation: {
    text: 'Look at its plan (pgdba query analyze); pg_cancel_backend(pid) ends the statement.',
    sql: null,
  },
  reads: [pgStatActivity],
  thresholds: { warning_ms: { value: 3600000, unit: 'ms', meaning: 'it has run for so long' } },
  find: (checked, limit) =>
    checked.rows(pgStatActivity).flatMap((row) => {
      if (
        row.backend_type !== 'client backend' ||
        row.state !== 'active' ||
        MAINTENANCE.test(row.query ?? '')
      )
        return [];
      const level = levelOf(row.query_age_ms, limit, ['warning_ms']);
      if (level === null) return [];
      const evidence = {
        query_age_ms: row.query_age_ms,
        usename: row.usename,
        datname: row.datname,
        wait_event: row.wait_event,
        query: row.query?.slice(0, 200) ?? null,
      };
      return [{ ...sessionFound(row), evidence, ...level }];
    }),
};
