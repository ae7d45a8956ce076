import type { Workload } from '../../situation.js';
import { sizeText } from '../../sizeText.js';
import type { Formula } from './formula.js';
import { KB_PER_MB } from './machine.js';

interface WalSizes {
  readonly min: string;
  readonly max: string;
}

const WAL_SIZES: Readonly<Record<Workload, WalSizes>> = {
  web: { min: '1GB', max: '4GB' },
  oltp: { min: '2GB', max: '8GB' },
  olap: { min: '4GB', max: '16GB' },
  desktop: { min: '100MB', max: '2GB' },
  mixed: { min: '1GB', max: '4GB' },
};

/** 3 % of shared_buffers, at most one WAL segment, which near values are rounded up to. */
function walBuffersKb(sharedBuffersKb: number): number {
  const share = Math.floor((3 * sharedBuffersKb) / 100);
  if (share > 14 * KB_PER_MB) return 16 * KB_PER_MB;
  return Math.max(share, 32);
}

/** PGTune's formulas for the write-ahead log. */
export const WAL: readonly Formula[] = [
  {
    parameter: 'checkpoint_completion_target',
    rationale: 'Checkpoint writes are spread over nine tenths of the interval.',
    value: () => '0.9',
  },
  {
    parameter: 'wal_buffers',
    rationale: '3 % of shared_buffers, at most one WAL segment of 16MB.',
    value: ({ sharedBuffersKb }) => sizeText(walBuffersKb(sharedBuffersKb)),
  },
  {
    parameter: 'min_wal_size',
    rationale: 'WAL that is kept for reuse; a constant of the workload.',
    value: ({ workload }) => WAL_SIZES[workload].min,
  },
  {
    parameter: 'max_wal_size',
    rationale: 'WAL between two checkpoints; a constant of the workload, whatever the disk and the WAL rate.',
    value: ({ workload }) => WAL_SIZES[workload].max,
  },
  {
    parameter: 'wal_compression',
    rationale: 'Compressed full-page images make less WAL for some CPU time.',
    value: ({ major }) => (major >= 15 ? 'lz4' : 'on'),
  },
  {
    parameter: 'wal_level',
    rationale: 'A desktop is taken to have neither standbys nor backups from WAL.',
    value: ({ workload }) => (workload === 'desktop' ? 'minimal' : null),
  },
  {
    parameter: 'max_wal_senders',
    rationale: 'wal_level minimal needs it to be 0.',
    value: ({ workload }) => (workload === 'desktop' ? '0' : null),
  },
];
