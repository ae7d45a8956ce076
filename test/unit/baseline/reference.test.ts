import { expect, test } from 'vitest';
import { baselineBefore, chooseBaseline, isFile, isReserved } from '../../../src/baseline/reference.js';
import { errorIn } from '../check/errorIn.js';
import { headAt } from './heads.js';

const first = headAt('2026-03-01T00:00:00Z', { id: 'aaaa0000-0000-7000-8000-000000000001', label: 'night' });
const second = headAt('2026-03-02T00:00:00Z', { id: 'aaaa1111-0000-7000-8000-000000000002', label: 'aaaa0' });
const third = headAt('2026-03-03T00:00:00Z', { id: 'bbbb0000-0000-7000-8000-000000000003', label: 'night' });
const heads = [first, second, third];

test('latest counts back from the newest', () => {
  expect(chooseBaseline('latest', heads)).toBe(third);
  expect(chooseBaseline('latest~0', heads)).toBe(third);
  expect(chooseBaseline('latest~2', heads)).toBe(first);
  expect(errorIn(() => chooseBaseline('latest~3', heads))).toEqual([
    'unknown_baseline',
    'there is no latest~3: the cluster has 3 baselines',
  ]);
  expect(errorIn(() => chooseBaseline('latest', []))[0]).toBe('unknown_baseline');
});

test('a label means the newest that has it, and beats the beginning of an id', () => {
  expect(chooseBaseline('night', heads)).toBe(third);
  expect(chooseBaseline('aaaa0', heads)).toBe(second);
});

test('an id may be cut short as long as it means one', () => {
  expect(chooseBaseline('BBBB0000-0000-7000-8000-000000000003', heads)).toBe(third);
  expect(chooseBaseline('bbbb', heads)).toBe(third);
  expect(chooseBaseline('aaaa0000', heads)).toBe(first);
  expect(errorIn(() => chooseBaseline('aaaa', heads))[1]).toBe('the ids of 2 baselines begin with aaaa');
  expect(errorIn(() => chooseBaseline('bbb', heads))[0]).toBe('unknown_baseline');
});

test('a path is a file, whatever it is called', () => {
  expect(['./latest', 'a/b', 'x.json', 'x.json.gz', '-'].map(isFile)).toEqual([true, true, true, true, true]);
  expect(['latest', 'night', 'x.json.old', ''].map(isFile)).toEqual([false, false, false, false]);
});

test('labels are none of the words for places in time', () => {
  expect(['latest', 'latest~1', 'latest-good', 'Latest'].map(isReserved)).toEqual([true, true, false, false]);
});

test('the newest that is at least so old', () => {
  const day = 86_400_000;
  expect(baselineBefore(third, day, heads)).toBe(second);
  expect(baselineBefore(third, day + 1, heads)).toBe(first);
  expect(baselineBefore(third, 3 * day, heads)).toBeNull();
});
