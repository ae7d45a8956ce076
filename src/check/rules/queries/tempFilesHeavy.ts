import { pgStatDatabase } from '../../../inspect/sections/pg_stat_database.js';
import { levelOf } from '../../level.js';
import { countedDays, NO_DAYS, SERVER_COUNTERS } from '../../days.js';
import type { CheckRule } from '../../rule.js';

/** Databases whose queries do not fit into memory. */
export const tempFilesHeavy: CheckRule = {
  id: 'temp_files_heavy',
  family: 'queries',
  title: 'Queries spill much to temporary files',
  severity: 'warning',
  about:
    'Sorts, hashes and materialized results that do not fit into work_mem are written to disk and read again. The rate is since the last reset of statistics.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM',
  remediation: {
    text: 'Find the queries (pgdba query top --sort temp), then give them work_mem or an index.',
    sql: null,
  },
  reads: [pgStatDatabase],
  uses: SERVER_COUNTERS,
  thresholds: {
    warning_bytes_per_day: { value: 10737418240, unit: 'bytes per day', meaning: 'so much is written a day' },
  },
  find: (checked, limit) => {
    const some = checked.rows(pgStatDatabase).filter((row) => (row.temp_bytes ?? 0) > 0);
    if (some.some((row) => countedDays(checked, row.stats_reset) === null)) return NO_DAYS;
    return some.flatMap((row) => {
      const days = countedDays(checked, row.stats_reset) ?? 0;
      if (row.datname === null || row.temp_bytes === null) return [];
      const perDay = row.temp_bytes / Math.max(days, 1);
      const level = levelOf(perDay, limit, ['warning_bytes_per_day']);
      if (level === null) return [];
      const evidence = {
        temp_bytes: row.temp_bytes,
        temp_files: row.temp_files,
        days,
        temp_bytes_per_day: perDay,
        work_mem_bytes: checked.bytesSetting('work_mem'),
      };
      return [{ object: { type: 'database', name: row.datname }, evidence, ...level }];
    });
  },
};
