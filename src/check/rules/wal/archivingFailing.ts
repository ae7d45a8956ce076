import { pgStatArchiver } from '../../../inspect/sections/pg_stat_archiver.js';
import type { CheckRule } from '../../rule.js';

/** WAL that does not reach its archive. */
export const archivingFailing: CheckRule = {
  id: 'archiving_failing',
  family: 'wal',
  title: 'WAL archiving fails',
  severity: 'critical',
  about:
    'The last attempt to archive a WAL file failed, and none has succeeded since: backups have a hole, and the WAL that is not archived fills the disk. Where nothing is archived now (archive_mode off, or on at a standby) old failures do not count.',
  source: 'https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL',
  remediation: {
    text: 'Run the archive command by hand as the server’s user and see what it says; the server log has it, too.',
    sql: null,
  },
  reads: [pgStatArchiver],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgStatArchiver)
      .filter(({ archive_mode: mode }) => mode === 'always' || (mode === 'on' && checked.role === 'primary'))
      .filter(
        ({ last_failed_time: failed, last_archived_time: archived }) =>
          failed !== null && (archived === null || Date.parse(failed) > Date.parse(archived)),
      )
      .map((row) => ({
        object: { type: 'server', name: 'archiver' },
        severity: 'critical',
        evidence: {
          failed_count: row.failed_count,
          last_failed_wal: row.last_failed_wal,
          last_failed_time: row.last_failed_time,
          last_archived_time: row.last_archived_time,
        },
        threshold: null,
      })),
};
