import type { Rule } from '../../rule.js';
import { unobserved } from '../grounds.js';
import { bestCompression } from '../pgdba/compression.js';
import { GB } from '../sizes.js';

/** Beyond half of the WAL, full-page images are what there is to save. */
const LEAST_SHARE_RATIO = 0.5;
/** With less WAL there is nothing worth saving. */
const LEAST_WAL_BYTES = GB;

/** 14 and later, which tell how many images there are. From 15 on the best method built in, else pglz. */
export const measuredWalCompression: Rule = {
  id: 'measured.wal_compression',
  title: 'WAL that is mostly full-page images is compressed',
  parameters: ['wal_compression'],
  reference: 'https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-WAL-VIEW',
  propose: (situation) => {
    const { evidence, settings } = situation;
    const share = evidence?.wal_fpi_share_ratio ?? 0;
    const written = evidence?.wal_bytes ?? 0;
    const isOff = settings.get('wal_compression')?.setting === 'off';
    if (!isOff || share < LEAST_SHARE_RATIO || written < LEAST_WAL_BYTES) return [];
    if (unobserved(situation, ['wal_observed_s']) !== null) return [];
    const best = bestCompression(settings);
    return [
      {
        parameter: 'wal_compression',
        value: best ?? 'on',
        confidence: best === null ? 'medium' : 'high',
        rationale:
          best === null
            ? 'Most of the WAL can be full-page images. pglz, the only method here, shrinks them for noticeable CPU; fewer checkpoints make fewer of them.'
            : `Most of the WAL can be full-page images, which ${best} shrinks for little CPU; fewer checkpoints make fewer of them.`,
        source: 'measured',
        evidence: {
          wal_fpi_share_ratio: share,
          wal_fpi_ratio: evidence?.wal_fpi_ratio ?? null,
          wal_bytes: written,
          wal_observed_s: Math.round(evidence?.wal_observed_s ?? 0),
        },
      },
    ];
  },
};
