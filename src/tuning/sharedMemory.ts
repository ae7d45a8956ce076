import { chooseVariant } from '../core/version.js';

/** Gives a setting as a number, sizes in bytes; null when it is not known. */
export type NumberOf = (parameter: string) => number | null;

interface Cost {
  readonly since: number;
  /** Beside each byte of shared_buffers: descriptors and the table that finds a page. */
  readonly perBufferByte: number;
  /** Bytes for each process that may exist, its locks apart. */
  readonly perProcess: number;
}

/**
 * Measured: the size of the shared mapping of servers of 12 to 18 with shared_buffers of 128MB, 1GB and 4GB and with 100,
 * 500 and 2000 connections. What is projected lies up to 5 % above what was seen (test/contract/sharedMemory.test.ts).
 */
const COSTS: readonly Cost[] = [
  { since: 12, perBufferByte: 0.025, perProcess: 28 * 1024 },
  { since: 17, perBufferByte: 0.031, perProcess: 28 * 1024 },
  { since: 18, perBufferByte: 0.031, perProcess: 58 * 1024 },
];

const PER_LOCK = 390;
const CONSTANT = 4 * 1024 ** 2;
const LARGEST_AUTOMATIC_WAL_BUFFERS = 16 * 1024 ** 2;

/**
 * Bytes of shared memory that a server with these settings would ask the kernel for when it starts, extensions' own apart;
 * null without shared_buffers or max_connections.
 */
export function projectedSharedBytes(major: number, numberOf: NumberOf): number | null {
  const cost = chooseVariant(COSTS, major);
  const [buffers, connections] = [numberOf('shared_buffers'), numberOf('max_connections')];
  if (cost === undefined || buffers === null || connections === null) return null;
  const processes =
    connections +
    (numberOf('autovacuum_worker_slots') ?? numberOf('autovacuum_max_workers') ?? 0) +
    (numberOf('max_worker_processes') ?? 0) +
    (numberOf('max_wal_senders') ?? 0) +
    (numberOf('max_prepared_transactions') ?? 0);
  const locks = (numberOf('max_locks_per_transaction') ?? 0) * PER_LOCK;
  const walBuffers = numberOf('wal_buffers') ?? Math.min(buffers / 32, LARGEST_AUTOMATIC_WAL_BUFFERS);
  return Math.ceil(
    buffers * (1 + cost.perBufferByte) + walBuffers + processes * (cost.perProcess + locks) + CONSTANT,
  );
}
