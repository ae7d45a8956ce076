import { expect, test } from 'vitest';
import { batchesOf } from '../../../../src/query/indexSuggest/judge/batches.js';

test('parts keep the order, and none weighs too much unless one thing alone does', () => {
  const weigh = (weight: number): number => weight;
  expect(batchesOf([], 10, weigh)).toEqual([]);
  expect(batchesOf([4, 6, 1, 9, 11, 2, 3], 10, weigh)).toEqual([[4, 6], [1, 9], [11], [2, 3]]);
});
