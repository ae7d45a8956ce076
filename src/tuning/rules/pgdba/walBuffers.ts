import type { Rule } from '../../rule.js';
import { MB, wholeMegabytes } from '../sizes.js';

/** What -1 stands for: a 32nd of shared_buffers, at most one WAL segment (XLOGChooseNumBuffers in xlog.c). */
const AUTOMATIC_RATIO = 1 / 32;
const MOST_AUTOMATIC_BYTES = 16 * MB;

/** Sources of a value that nobody wrote into a configuration. */
const NOBODYS = ['default', 'override'];

/** The automatic value is left alone; only one that was set, and is smaller, is given back. Builds on shared_buffers. */
export const walBuffers: Rule = {
  id: 'wal.wal_buffers',
  title: 'WAL buffers size themselves',
  parameters: ['wal_buffers'],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-BUFFERS',
  propose: ({ settings }, chosen) => {
    const current = chosen.numberOf('wal_buffers');
    const buffers = chosen.numberOf('shared_buffers');
    const source = settings.get('wal_buffers')?.source ?? 'default';
    if (current === null || buffers === null || NOBODYS.includes(source)) return [];
    const automatic = Math.min(MOST_AUTOMATIC_BYTES, buffers * AUTOMATIC_RATIO);
    if (current >= automatic) return [];
    return [
      {
        parameter: 'wal_buffers',
        value: '-1',
        confidence: 'medium',
        rationale: `Left to itself the server would take ${wholeMegabytes(automatic)}; somebody set less.`,
        source: 'pgdba',
        evidence: { in_force_bytes: current, shared_buffers_bytes: buffers },
      },
    ];
  },
};
