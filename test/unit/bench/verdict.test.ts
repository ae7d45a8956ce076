import { describe, expect, it } from 'vitest';
import { percentile, rangeOf, verdictOn } from '../../../bench/tuning/verdict.mjs';

describe('rangeOf', () => {
  it('gives the median with the least and the greatest, in whatever order the rounds came', () => {
    expect(rangeOf([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 });
  });

  it('takes the mean of the two in the middle', () => {
    expect(rangeOf([4, 1, 2, 9])).toEqual({ median: 3, min: 1, max: 9 });
  });
});

describe('verdictOn', () => {
  const exact = (value: number) => rangeOf([value, value, value]);

  it.each([
    ['less', 10, 20, 'better'],
    ['less', 20, 10, 'worse'],
    ['more', 20, 10, 'better'],
    ['more', 10, 20, 'worse'],
    ['less', 10, 10, 'equal'],
    ['more', 10, 10, 'equal'],
  ] as const)('with %s being good, %d against %d is %s', (better, ours, theirs, verdict) => {
    expect(verdictOn(exact(ours), exact(theirs), better)).toBe(verdict);
  });

  it('calls a difference no wider than the noise of either side equal', () => {
    const steady = exact(100);
    const noisy = rangeOf([85, 90, 95]);
    expect(verdictOn(noisy, steady, 'less')).toBe('equal');
    expect(verdictOn(steady, noisy, 'less')).toBe('equal');
  });

  it('calls a difference of a hundredth equal, however still the rounds were', () => {
    expect(verdictOn(exact(99), exact(100), 'less')).toBe('equal');
    expect(verdictOn(exact(98), exact(100), 'less')).toBe('better');
    expect(verdictOn(exact(102), exact(100), 'less')).toBe('worse');
  });

  it('sees any difference from nothing', () => {
    expect(verdictOn(exact(1), exact(0), 'less')).toBe('worse');
  });

  it('sees a difference wider than the noise', () => {
    const noisy = rangeOf([85, 89, 95]);
    expect(verdictOn(noisy, exact(100), 'less')).toBe('better');
    expect(verdictOn(exact(100), noisy, 'less')).toBe('worse');
  });
});

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_unused, index) => 100 - index);

  it('is a value that was measured, which that share does not exceed', () => {
    expect(percentile(hundred, 0.95)).toBe(95);
    expect(percentile([7], 0.95)).toBe(7);
    expect(percentile([1, 2], 0.5)).toBe(1);
  });

  it('orders numbers as numbers', () => {
    expect(percentile([9, 100, 20], 1)).toBe(100);
  });

  it('has no answer for no values', () => {
    expect(() => percentile([], 0.95)).toThrow('no values');
  });
});
