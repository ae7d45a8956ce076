import type { Baseline } from '../../../src/baseline/document.js';

export const FINGERPRINT = 'f'.repeat(64);

/** A small baseline with a table, a statement and a finding. */
export function documentOf(id: string, more: Partial<Baseline> = {}): Baseline {
  const view = {
    status: 'ok' as const,
    reason: null,
    message: null,
    reads: 'statistics' as const,
    duration_ms: 1,
    stats_reset: null,
    truncated: null,
  };
  const sample = (rows: Record<string, unknown>[]) => ({
    sampled_at: '2026-03-01T00:00:01Z',
    stats_reset: null,
    rows,
  });
  const rest = { stats_reset: null, sample2: null, computed: null };
  return {
    schema: 'pgdba.baseline/1',
    id,
    label: null,
    created_at: '2026-03-01T00:00:02Z',
    collected_at: '2026-03-01T00:00:00Z',
    version: '0.1.0',
    mode: 'instant',
    interval_ms: null,
    redacted: false,
    cluster: {
      name: null,
      fingerprint: FINGERPRINT,
      identity: { config_host: 'db1', config_port: 5432 },
      server_version_num: 170000,
      role: 'primary',
      database: 'app',
      managed_by: 'standalone',
    },
    moment: {
      started_at: '2026-01-01T00:00:00Z',
      system_identifier: '1',
      timeline: 1,
      in_recovery: false,
      server_version_num: 170000,
      extensions: {},
    },
    sections: {
      tables: {
        mode: 'instant',
        status: 'ok',
        ...rest,
        views: { pg_stat_user_tables: view },
        sample1: {
          pg_stat_user_tables: sample([
            { database: 'app', relid: 1, schemaname: 'shop', relname: 'Odd "name"', size_bytes: 8192 },
            { database: 'app', relid: 2, schemaname: 'shop', relname: '😀\n.', size_bytes: 0 },
          ]),
        },
      },
    },
    analyses: { check: { status: 'ok', message: null, data: { findings: [1, 2, 3] } } },
    ...more,
  };
}
