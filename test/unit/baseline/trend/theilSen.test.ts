import { describe, expect, test } from 'vitest';
import { theilSen, type Dated } from '../../../../src/baseline/trend/theilSen.js';

const daily = (values: readonly number[]): Dated[] => values.map((value, day) => ({ day, value }));

/** Numbers that look random and are the same in every run (Park and Miller’s generator). */
function* noise(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (state * 48271) % 2147483647;
    yield state / 2147483647;
  }
}

describe('the Theil–Sen line', () => {
  test('goes through values that lie on a line, and its interval is a point', () => {
    const { line, low, high } = theilSen(daily(Array.from({ length: 10 }, (_, n) => 3 + 2 * n)));
    expect([line.slope, low.slope, high.slope]).toEqual([2, 2, 2]);
    expect(line.at(20)).toBe(43);
  });

  test('is not moved by three wild values among twelve', () => {
    const values = Array.from({ length: 12 }, (_, n) => 100 + 5 * n);
    values[2] = 90_000;
    values[7] = -4_000;
    values[11] = 70_000;
    const { line, low, high } = theilSen(daily(values));
    expect(line.slope).toBe(5);
    expect(line.at(0)).toBe(100);
    expect(low.slope).toBeLessThanOrEqual(5);
    expect(high.slope).toBeGreaterThanOrEqual(5);
  });

  test('has slope and interval as another program reckons them', () => {
    // scipy.stats.theilslopes(y, x, 0.95) of SciPy 1.17 says 27 / 11, and 2 to 3: it rounds to the nearer ranks, we outward.
    const days = [0, 1, 2, 4, 5, 7, 8, 10, 11, 13];
    const values = [2, 5, 4, 11, 15, 16, 25, 22, 33, 31];
    const { line, low, high } = theilSen(days.map((day, at) => ({ day, value: values[at] ?? 0 })));
    const slopes = days
      .flatMap((from, i) =>
        days.slice(i + 1).map((to, j) => ((values[i + 1 + j] ?? 0) - (values[i] ?? 0)) / (to - from)),
      )
      .sort((a, b) => a - b);
    expect(line.slope).toBe(27 / 11);
    expect([slopes[11], slopes[33]]).toEqual([2, 3]);
    expect([low.slope, high.slope]).toEqual([slopes[10], slopes[34]]);
  });

  test('of values that never change is flat, without an interval', () => {
    const { line, low, high } = theilSen(daily([7, 7, 7, 7, 7, 7, 7, 7]));
    expect([line.slope, low.slope, high.slope]).toEqual([0, 0, 0]);
  });

  test('has the true slope in its interval 95 times of 100', () => {
    const random = noise(20260301);
    const draw = (): number => random.next().value as number;
    const held = Array.from({ length: 400 }, () => {
      const { low, high } = theilSen(daily(Array.from({ length: 20 }, (_, n) => 0.3 * n + 8 * draw())));
      return low.slope <= 0.3 && 0.3 <= high.slope;
    }).filter(Boolean).length;
    expect(held / 400).toBeGreaterThan(0.92);
    expect(held / 400).toBeLessThan(0.99);
  });
});
