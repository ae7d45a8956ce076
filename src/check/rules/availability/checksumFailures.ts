import { pgStatDatabase } from '../../../inspect/sections/pg_stat_database.js';
import type { CheckRule } from '../../rule.js';

/** Pages that came back from the disk other than they were written. */
export const checksumFailures: CheckRule = {
  id: 'checksum_failures',
  family: 'availability',
  title: 'Pages failed their checksum',
  severity: 'critical',
  about:
    'A page that was read did not have the checksum that it was written with: the storage, or something between, has spoilt it. The count goes on since the last reset of statistics. Without checksums there is nothing to count, and the rule is not evaluated. Databases are told by name; shared relations have none.',
  source: 'https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW',
  remediation: {
    text: 'Look into the server log for the files, check the storage, and restore what is damaged from a backup or a standby.',
    sql: null,
  },
  reads: [pgStatDatabase],
  thresholds: {},
  find: (checked) => {
    const rows = checked.rows(pgStatDatabase);
    if (rows.every((row) => row.checksum_failures === null))
      return { cannotTell: 'the pages carry no checksums', reason: 'setting_off' };
    return rows
      .filter(({ checksum_failures }) => (checksum_failures ?? 0) > 0)
      .map(({ datname, checksum_failures, checksum_last_failure }) => ({
        object: { type: 'database', name: datname ?? '(shared relations)' },
        severity: 'critical',
        evidence: { checksum_failures, checksum_last_failure },
        threshold: null,
      }));
  },
};
