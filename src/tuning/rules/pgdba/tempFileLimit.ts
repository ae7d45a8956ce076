import type { Rule } from '../../rule.js';
import { unobserved } from '../grounds.js';
import { fullGigabytes, GB } from '../sizes.js';

const LEAST_BYTES = 20 * GB;
/** The setting cannot say more than 2TB: larger databases are left without a limit. */
const MOST_BYTES = 2047 * GB;
/** Below this share of all block accesses the connected database tells nothing of how large the others are. */
const MOST_OF_THE_WORK_RATIO = 0.8;

/** Only where the size of the database that does the work is known: less than its size would stop honest sorts. */
export const tempFileLimit: Rule = {
  id: 'memory.temp_file_limit',
  title: 'One query cannot fill the disk with temporary files',
  parameters: ['temp_file_limit'],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-TEMP-FILE-LIMIT',
  propose: (situation, chosen) => {
    const { evidence, workload } = situation;
    // A few accesses after a start do not tell which database does the work.
    if (unobserved(situation, ['databases_observed_s']) !== null) return [];
    const size = evidence?.database_bytes ?? null;
    const share = evidence?.database_access_ratio ?? 0;
    if (size === null || share < MOST_OF_THE_WORK_RATIO || chosen.settingOf('temp_file_limit') !== '-1')
      return [];
    const limit = Math.max(LEAST_BYTES, workload === 'olap' ? 2 * size : size);
    if (limit > MOST_BYTES) return [];
    return [
      {
        parameter: 'temp_file_limit',
        value: fullGigabytes(limit),
        confidence: 'low',
        rationale:
          'A join without its condition writes temporary files until the disk is full. A session may write as much as the whole database holds, which an honest sort hardly needs.',
        source: 'pgdba',
        evidence: {
          database_bytes: size,
          database_access_ratio: share,
          temp_bytes: evidence?.temp_bytes ?? null,
        },
      },
    ];
  },
};
