import type { BaselineHead } from '../../../src/baseline/head.js';

let count = 0;

/** A head of a baseline of that time. */
export function headAt(time: string, more: Partial<BaselineHead> = {}): BaselineHead {
  count++;
  return {
    schema: 'pgdba.baseline-head/1',
    id: `01900000-0000-7000-8000-${String(count).padStart(12, '0')}`,
    label: null,
    created_at: time,
    collected_at: time,
    version: '0.1.0',
    mode: 'instant',
    redacted: false,
    fingerprint: 'f'.repeat(64),
    database: 'app',
    role: 'primary',
    moment: {
      started_at: '2026-01-01T00:00:00Z',
      system_identifier: '1',
      timeline: 1,
      in_recovery: false,
      server_version_num: 170000,
      extensions: {},
    },
    sections: ['config'],
    path: '/nowhere',
    sha256: '0'.repeat(64),
    bytes: 100,
    ...more,
  };
}
