import { describe, expect, it } from 'vitest';
import { judge } from '../../../../src/tuning/observe/verdict.js';
import type { Window } from '../../../../src/tuning/observe/window.js';

const quiet: Window = {
  from: '2026-01-01T00:00:00.000Z',
  interval_ms: 60_000,
  commits: 1000,
  commits_per_s: 16.7,
  rollback_ratio: 0,
  deadlocks: 0,
  blocks_per_commit: 100,
  temp_bytes_per_commit: 0,
  wal_bytes_per_commit: 3000,
  ms_per_statement: 2,
  checkpoints_requested: 0,
  lock_waiters: 0,
};

const window = (changes: Partial<Window> = {}): Window => ({ ...quiet, ...changes });

describe('judge', () => {
  it('sees no regression where nothing changed', () => {
    expect(judge({ before: [window(), window()], after: window() }, 0.2).verdict).toBe('no_regression');
  });

  it.each([
    ['blocks_per_commit', 121],
    ['wal_bytes_per_commit', 3700],
    ['ms_per_statement', 2.5],
    ['temp_bytes_per_commit', 20_000],
    ['rollback_ratio', 0.05],
  ] as const)('calls %s of %d a regression beyond a limit of 20 %%', (measure, value) => {
    const judged = judge({ before: [window(), window()], after: window({ [measure]: value }) }, 0.2);
    expect(judged.verdict).toBe('regression');
    expect(judged.reason).toContain(measure);
    expect(judged.measures.filter(({ crossed }) => crossed).map((one) => one.measure)).toEqual([measure]);
  });

  it('never judges throughput', () => {
    expect(
      judge({ before: [window(), window()], after: window({ commits_per_s: 1, commits: 101 }) }, 0.2).verdict,
    ).toBe('no_regression');
  });

  it('acts only beyond three times the noise of the two windows before', () => {
    const before = [window({ ms_per_statement: 1.8 }), window({ ms_per_statement: 2.2 })] as const;
    const after = (ms: number) => judge({ before, after: window({ ms_per_statement: ms }) }, 0.2).verdict;
    // Noise is 20 %, so the limit is 60 %.
    expect(after(3.1)).toBe('no_regression');
    expect(after(3.3)).toBe('regression');
  });

  it('counts growth from next to nothing from the floor', () => {
    expect(
      judge({ before: [window(), window()], after: window({ temp_bytes_per_commit: 9000 }) }, 0.2).verdict,
    ).toBe('no_regression');
  });

  it('is inconclusive with too little load in any window', () => {
    const judged = judge({ before: [window(), window({ commits: 99 })], after: window() }, 0.2);
    expect(judged.verdict).toBe('inconclusive');
    expect(judged.reason).toContain('99 transactions');
  });

  it('is inconclusive when a window was cut by a restart or reset', () => {
    expect(judge({ before: [window(), window()], after: null }, 0.2).verdict).toBe('inconclusive');
  });

  it('leaves out what this server cannot tell', () => {
    const unknown = { ms_per_statement: null };
    const judged = judge(
      { before: [window(unknown), window(unknown)], after: window({ ms_per_statement: 9 }) },
      0.2,
    );
    expect(judged.verdict).toBe('no_regression');
    expect(judged.measures.find(({ measure }) => measure === 'ms_per_statement')?.change_ratio).toBeNull();
  });
});
