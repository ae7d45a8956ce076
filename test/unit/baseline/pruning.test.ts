import { expect, test } from 'vitest';
import { type Kept, planPruning, type PruneRules } from '../../../src/baseline/pruning.js';
import { headAt } from './heads.js';

const NONE: PruneRules = {
  keepLast: null,
  keepDaily: null,
  keepWeekly: null,
  olderThanMs: null,
  maxBytes: null,
};
const NOW = new Date('2026-03-31T12:00:00Z');
const DAY_MS = 86_400_000;

/** Oldest first, of 100 bytes each. */
function at(...times: readonly string[]): Kept[] {
  return times.map((time) => ({ head: headAt(time), bytes: 100 }));
}

function plan(baselines: readonly Kept[], rules: Partial<PruneRules>): { kept: string[]; removed: string[] } {
  const { keep, remove } = planPruning(baselines, { ...NONE, ...rules }, NOW);
  const day = ({ head }: Kept): string => head.collected_at.slice(5, 16);
  return { kept: keep.map((one) => `${day(one)} ${one.by.join('+')}`), removed: remove.map(day) };
}

/** Monday 2026-03-23 00:30, Monday 23:30, Tuesday 00:00, Sunday 29 23:59, Monday 30. */
const WEEK = at(
  '2026-03-23T00:30:00Z',
  '2026-03-23T23:30:00Z',
  '2026-03-24T00:00:00Z',
  '2026-03-29T23:59:59Z',
  '2026-03-30T00:00:00Z',
);

test('the newest of each day of UTC stays, for so many days as have one', () => {
  expect(plan(WEEK, { keepDaily: 4 })).toEqual({
    kept: ['03-30T00:00 daily', '03-29T23:59 daily', '03-24T00:00 daily', '03-23T23:30 daily'],
    removed: ['03-23T00:30'],
  });
  expect(plan(WEEK, { keepDaily: 2 }).removed).toEqual(['03-23T00:30', '03-23T23:30', '03-24T00:00']);
});

test('weeks begin on Monday', () => {
  expect(plan(WEEK, { keepWeekly: 9 })).toEqual({
    kept: ['03-30T00:00 weekly', '03-29T23:59 weekly'],
    removed: ['03-23T00:30', '03-23T23:30', '03-24T00:00'],
  });
});

test('what any rule keeps stays, and every rule that keeps it is told', () => {
  expect(plan(WEEK, { keepLast: 1, keepWeekly: 2, keepDaily: 3 }).kept).toEqual([
    '03-30T00:00 last+daily+weekly',
    '03-29T23:59 daily+weekly',
    '03-24T00:00 daily',
  ]);
});

test('--older-than takes what is older and no rule keeps; what is exactly so old stays', () => {
  const days = at(
    '2026-03-01T12:00:00Z',
    '2026-03-24T11:59:59Z',
    '2026-03-24T12:00:00Z',
    '2026-03-30T00:00:00Z',
  );
  expect(plan(days, { olderThanMs: 7 * DAY_MS }).removed).toEqual(['03-01T12:00', '03-24T11:59']);
  expect(plan(days, { olderThanMs: 7 * DAY_MS, keepWeekly: 5 }).removed).toEqual(['03-24T11:59']);
});

test('--max-bytes takes the oldest until the rest fits, and never the newest', () => {
  expect(plan(WEEK, { maxBytes: 200 }).kept).toEqual(['03-30T00:00 fits', '03-29T23:59 fits']);
  expect(plan(WEEK, { maxBytes: 299 }).kept).toHaveLength(2);
  expect(plan(WEEK, { maxBytes: 500 }).removed).toEqual([]);
  expect(plan(WEEK, { maxBytes: 1 }).kept).toEqual(['03-30T00:00 fits']);
});

test('what a rule keeps takes its room first, and stays when it does not fit', () => {
  expect(plan(WEEK, { maxBytes: 300, keepLast: 2 }).kept).toEqual([
    '03-30T00:00 last',
    '03-29T23:59 last',
    '03-24T00:00 fits',
  ]);
  expect(plan(WEEK, { maxBytes: 100, keepDaily: 4 }).kept).toHaveLength(4);
});

test('nothing is kept of nothing', () => {
  expect(planPruning([], { ...NONE, keepLast: 3 }, NOW)).toEqual({ keep: [], remove: [] });
});
