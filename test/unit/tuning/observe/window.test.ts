import { describe, expect, it } from 'vitest';
import { windowOf } from '../../../../src/tuning/observe/window.js';
import type { WorkDone } from '../../../../src/tuning/observe/workload.js';

const none = { commits: 0, rollbacks: 0, deadlocks: 0, blocks: 0, temp_bytes: 0 };
const idle = { 1: { stats_reset: null, ...none }, 7: { stats_reset: 'once', ...none, commits: 3000 } };

const start: WorkDone = {
  at_ms: 1_000_000,
  started_at: 'then',
  databases: {
    ...idle,
    5: { stats_reset: 'once', commits: 2000, rollbacks: 10, deadlocks: 1, blocks: 100_000, temp_bytes: 0 },
  },
  wal_bytes: 1_000_000,
  checkpoints_requested: 2,
  lock_waiters: 0,
  statement_calls: 4000,
  statement_ms: 8000,
};

const worked: WorkDone['databases'][string] = {
  stats_reset: 'once',
  commits: 3006,
  rollbacks: 110,
  deadlocks: 1,
  blocks: 200_000,
  temp_bytes: 500_000,
};

const later = (changes: Partial<WorkDone> = {}): WorkDone => ({
  ...start,
  at_ms: 1_010_000,
  databases: { ...idle, 5: worked },
  wal_bytes: 3_000_000,
  lock_waiters: 4,
  statement_calls: 5000,
  statement_ms: 10_000,
  ...changes,
});

describe('windowOf', () => {
  it('tells work per transaction, without the transactions of its own looks', () => {
    expect(windowOf([start, later()])).toEqual({
      from: '1970-01-01T00:16:40.000Z',
      interval_ms: 10_000,
      commits: 1000,
      commits_per_s: 100,
      rollback_ratio: 100 / 1100,
      deadlocks: 0,
      blocks_per_commit: 100,
      temp_bytes_per_commit: 500,
      wal_bytes_per_commit: 2000,
      ms_per_statement: 2,
      checkpoints_requested: 0,
      lock_waiters: 2,
    });
  });

  it.each([
    ['a restart', later({ started_at: 'now' })],
    ['a reset of one database', later({ databases: { ...idle, 5: { ...worked, stats_reset: 'now' } } })],
    ['a clock that stands still', later({ at_ms: start.at_ms })],
  ])('is null after %s', (_what, last) => {
    expect(windowOf([start, last])).toBeNull();
  });

  it('takes new databases, dropped ones and their first activity for no reset', () => {
    const databases = { 1: { stats_reset: 'now', ...none }, 5: worked, 9: { stats_reset: 'now', ...none } };
    expect(windowOf([start, later({ databases })])?.commits).toBe(1000);
  });

  it('leaves out what a dropped database did, and counts all that a new one did', () => {
    const { 5: _dropped, ...others } = later().databases;
    const databases = { ...others, 9: { ...worked, stats_reset: null } };
    expect(windowOf([start, later({ databases })])).toMatchObject({
      commits: 3000,
      deadlocks: 1,
      blocks_per_commit: 200_000 / 3000,
    });
  });

  it('is null with one look', () => {
    expect(windowOf([start])).toBeNull();
  });

  it('knows nothing of WAL and statements where the server does not, or somebody reset them', () => {
    const unknown = { wal_bytes: null, statement_calls: 10, statement_ms: 5 };
    expect(windowOf([start, later(unknown)])).toMatchObject({
      wal_bytes_per_commit: null,
      ms_per_statement: null,
    });
  });

  it('divides nothing by no transactions', () => {
    expect(windowOf([start, later({ databases: start.databases })])).toMatchObject({
      commits: 0,
      rollback_ratio: null,
      blocks_per_commit: null,
    });
  });
});
