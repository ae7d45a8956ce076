import type { Settings } from '../../../core/setting/spec.js';
import type { Rule } from '../../rule.js';
import { agreedSource, pgtuneValue } from '../ofPgtune.js';

/** For WAL: lz4 costs least CPU by far; zstd compresses best, for more of it; both beat pglz in both. */
const BEST_FIRST = ['lz4', 'zstd'] as const;

/** The best method that this server was built with; null when it has neither, and before 15. */
export function bestCompression(settings: Settings): string | null {
  const built = settings.get('wal_compression')?.enumvals ?? [];
  return BEST_FIRST.find((method) => built.includes(method)) ?? null;
}

/**
 * Where only pglz is built in, and before 15, compressing costs noticeable CPU: then only measured.wal_compression
 * proposes it. What somebody chose to compress with is replaced only where it is pglz.
 */
export const walCompression: Rule = {
  id: 'wal.compression',
  title: 'Full-page images in WAL are compressed, where lz4 or zstd is built in',
  parameters: ['wal_compression'],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-COMPRESSION',
  propose: (situation, chosen) => {
    const best = bestCompression(situation.settings);
    const current = chosen.settingOf('wal_compression');
    if (best === null || current === null || !['off', 'pglz', 'on'].includes(current)) return [];
    return [
      {
        parameter: 'wal_compression',
        value: best,
        confidence: 'medium',
        rationale: `Full-page images are most of the WAL after each checkpoint; ${best} shrinks them for little CPU, and this server is built with it.`,
        source: agreedSource(best, pgtuneValue(situation, chosen, 'wal_compression')),
        evidence: {
          in_force: current,
          wal_fpi_share_ratio: situation.evidence?.wal_fpi_share_ratio ?? null,
        },
      },
    ];
  },
};

export const toastCompression: Rule = {
  id: 'storage.toast_compression',
  title: 'Large values are compressed with lz4, where it is built in',
  parameters: ['default_toast_compression'],
  reference:
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-DEFAULT-TOAST-COMPRESSION',
  propose: ({ settings }, chosen) => {
    const isBuiltIn = settings.get('default_toast_compression')?.enumvals?.includes('lz4') === true;
    if (!isBuiltIn || chosen.settingOf('default_toast_compression') !== 'pglz') return [];
    return [
      {
        parameter: 'default_toast_compression',
        value: 'lz4',
        confidence: 'medium',
        rationale:
          'lz4 packs and unpacks large values several times faster than pglz at about the same size. Values that are stored already stay as they are.',
        source: 'pgdba',
        evidence: { in_force: 'pglz' },
      },
    ];
  },
};
