import type { CheckRule } from '../../rule.js';

/** Day of the last minor release, by major. */
const END_OF_LIFE: Readonly<Record<number, string>> = {
  12: '2024-11-21',
  13: '2025-11-13',
  14: '2026-11-12',
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
};

/** Versions that nobody mends any more. */
export const versionEndOfLife: CheckRule = {
  id: 'version_end_of_life',
  family: 'availability',
  title: 'This major version of PostgreSQL gets no more fixes',
  severity: 'info',
  about:
    'Each major version is supported for five years; after its last minor release known faults and holes in its security stay open. The dates are those of the versioning policy, the clock is the server’s.',
  source: 'https://www.postgresql.org/support/versioning/',
  remediation: { text: 'Plan the upgrade to a supported version.', sql: null },
  reads: [],
  thresholds: {},
  find: (checked) => {
    const end = END_OF_LIFE[checked.major];
    if (end === undefined || checked.collectedAt < end) return [];
    const evidence = { major: checked.major, last_release: end };
    return [{ object: { type: 'server', name: 'version' }, severity: 'info', evidence, threshold: null }];
  },
};
