import { closedObject } from '../../core/schema.js';
import { counter, gauge } from '../../inspect/column.js';
import { pgExtension } from '../../inspect/sections/pg_extension.js';
import { system } from '../../inspect/sections/system.js';
import type { DerivedSource, Metric } from '../metric.js';

const MIB = 1024 ** 2;
const server = { type: 'server', columns: [] } as const;
const of = { group: 'system', source: { kind: 'view', section: system }, object: server } as const;

/** The WAL position tells the bytes written by every version, and by a standby those replayed. */
const wal: DerivedSource = {
  kind: 'derived',
  id: 'wal_position',
  from: [system],
  row: closedObject({
    wal_bytes: counter('WAL position in bytes: written, or on a standby replayed'),
    replay_lag_bytes: gauge('bytes received and not replayed yet; null on a primary'),
  }),
  make: (rowsOf) =>
    (rowsOf(system) ?? []).map((row) => ({
      wal_bytes: bytesOfLsn(row['current_wal_lsn'] ?? row['replay_wal_lsn']),
      replay_lag_bytes: row['replay_lag_bytes'],
    })),
};

/** A position such as 16/B374D848 as a number of bytes; null for what is none. */
function bytesOfLsn(lsn: unknown): number | null {
  const [, high, low] = /^([0-9A-F]+)\/([0-9A-F]+)$/i.exec(typeof lsn === 'string' ? lsn : '') ?? [];
  return high === undefined || low === undefined ? null : parseInt(high, 16) * 2 ** 32 + parseInt(low, 16);
}

export const serverMetrics: readonly Metric[] = [
  {
    ...of,
    id: 'connections',
    value: { kind: 'gauge', column: 'backends' },
    unit: 'count',
    meaning: 'processes connected to a database at that moment',
    worse: 'higher',
    regression: 'unusual',
    least: { factor: 1.5, absolute: 10 },
    limit: {
      meaning: 'max_connections less those kept for superusers is reached, and new ones are refused',
      of: { kind: 'column', column: 'max_connections', less: ['superuser_reserved_connections'] },
    },
  },
  {
    ...of,
    id: 'data_checksums',
    value: { kind: 'state', column: 'data_checksums', bad: ['false'] },
    unit: null,
    meaning: 'whether pages carry checksums',
    worse: null,
    least: { factor: 1, absolute: 0 },
  },
  {
    ...of,
    source: wal,
    id: 'wal_bytes_per_s',
    value: { kind: 'rate', counters: ['wal_bytes'] },
    unit: 'bytes_per_s',
    meaning: 'bytes of WAL per second: written, or on a standby replayed',
    worse: 'higher',
    regression: 'unusual',
    least: { factor: 2, absolute: MIB / 4 },
  },
  {
    ...of,
    source: wal,
    id: 'replay_lag_bytes',
    value: { kind: 'gauge', column: 'replay_lag_bytes' },
    unit: 'bytes',
    meaning: 'on a standby: bytes of WAL received and not replayed yet',
    worse: 'higher',
    regression: 'unusual',
    least: { factor: 3, absolute: 64 * MIB },
  },
];

const extension = {
  group: 'system',
  source: { kind: 'view', section: pgExtension },
  object: { type: 'extension', columns: ['name'], database: { column: 'database' } },
  unit: null,
  worse: null,
  least: { factor: 1, absolute: 0 },
} as const;

export const extensionMetrics: readonly Metric[] = [
  {
    ...extension,
    id: 'presence',
    value: { kind: 'presence' },
    meaning: 'whether the extension is installed',
  },
  {
    ...extension,
    id: 'version',
    value: { kind: 'state', column: 'version' },
    meaning: 'version installed in the database',
  },
];
