import { system } from '../../../inspect/sections/system.js';
import type { CheckRule } from '../../rule.js';

/** A cluster without page checksums. */
export const checksumsOff: CheckRule = {
  id: 'checksums_off',
  family: 'availability',
  title: 'Data pages carry no checksums',
  severity: 'info',
  about:
    'Without checksums a page that a disk or controller spoils is returned as it is. They are off by default until 17; pg_checksums (12 and later) turns them on while the server is stopped.',
  source: 'https://www.postgresql.org/docs/current/checksums.html',
  remediation: {
    text: 'Turn them on in a maintenance window: pg_checksums --enable, with the server stopped.',
    sql: null,
  },
  reads: [system],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(system)
      .filter(({ data_checksums }) => data_checksums === false)
      .map(() => ({
        object: { type: 'server', name: 'data_checksums' },
        severity: 'info',
        evidence: { data_checksums: false },
        threshold: null,
      })),
};
