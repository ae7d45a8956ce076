import { settingFinding } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** A planner that thinks the cache smaller than it is. */
export const effectiveCacheSizeSmall: CheckRule = {
  id: 'effective_cache_size_small',
  family: 'settings',
  title: 'effective_cache_size is below shared_buffers',
  severity: 'warning',
  about:
    'The planner is told that less memory caches the data than the server’s own buffers alone: it will shun indexes. It allocates nothing; it should be about what the whole machine caches.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-EFFECTIVE-CACHE-SIZE',
  remediation: { text: 'Set it to about three quarters of the machine’s memory.', sql: null },
  reads: [],
  settings: ['effective_cache_size', 'shared_buffers'],
  thresholds: {},
  find: (checked) => {
    const cache = checked.bytesSetting('effective_cache_size');
    const buffers = checked.bytesSetting('shared_buffers');
    if (cache === null || buffers === null || cache >= buffers) return [];
    const evidence = { effective_cache_size_bytes: cache, shared_buffers_bytes: buffers };
    return [settingFinding(checked, 'effective_cache_size', 'warning', evidence)];
  },
};
