import { describe, expect, test } from 'vitest';
import { fitOf } from '../../../../src/baseline/trend/fit.js';
import { forecastOf, type KnownLimit } from '../../../../src/baseline/trend/forecast.js';
import { sawtoothOf } from '../../../../src/baseline/trend/sawtooth.js';
import type { Dated } from '../../../../src/baseline/trend/theilSen.js';

const BEGIN = Date.parse('2026-03-01T03:00:00Z');
const daily = (values: readonly number[]): Dated[] => values.map((value, day) => ({ day, value }));
const nights = (count: number, value: (night: number) => number): Dated[] =>
  daily(Array.from({ length: count }, (_, night) => value(night)));
const limit = (value: number, before: KnownLimit['before'] = null): KnownLimit => ({
  value,
  meaning: 'it is full',
  before,
});
const forecast = (values: readonly Dated[], known: KnownLimit): ReturnType<typeof forecastOf> =>
  forecastOf(known, fitOf(values), values, BEGIN);

describe('a forecast', () => {
  test('of what grows evenly is the day on which it meets the limit', () => {
    const values = nights(30, (night) => 1000 + 50 * night);
    expect(fitOf(values)).toMatchObject({
      points: 30,
      rSquared: 1,
      quality: 'good',
      rises: 'up',
      fall: null,
    });
    const day = '2026-06-09T03:00:00.000Z';
    expect(forecast(values, limit(6000))).toEqual({
      limit: 6000,
      meaning: 'it is full',
      at: day,
      earliest: day,
      latest: day,
      message: 'if it goes on as it did',
    });
  });

  test('of what grows unevenly has an interval around it', () => {
    const values = nights(30, (night) => 1000 + 50 * night + 40 * ((night * 7) % 5));
    const { at, earliest, latest } = forecast(values, limit(6000));
    const dates = [earliest, at, latest].map((time) => Date.parse(time ?? ''));
    expect(dates).toEqual([...dates].sort((a, b) => a - b));
    expect(dates[0]).toBeLessThan(Date.parse('2026-06-09T03:00:00Z'));
    expect(dates[2]).toBeGreaterThan(Date.parse('2026-06-06T03:00:00Z'));
  });

  test('is not made of six values', () => {
    const told = forecast(
      nights(6, (night) => 10 * night),
      limit(100),
    );
    expect(told).toMatchObject({ at: null, earliest: null, latest: null });
    expect(told.message).toBe('no forecast: 6 values; a line needs 7');
    expect(
      forecast(
        nights(7, (night) => 10 * night),
        limit(100),
      ).at,
    ).toBe('2026-03-11T03:00:00.000Z');
  });

  test('is not made of what goes up and down', () => {
    const values = nights(30, (night) => 50 + ((night * 11) % 7));
    expect(fitOf(values)).toMatchObject({ quality: 'poor', rises: 'neither' });
    expect(forecast(values, limit(1000)).message).toContain('no trend');
  });

  test('is not made of what autovacuum sets back', () => {
    const age = nights(30, (night) => 10_000_000 * ((night % 12) + 1));
    expect(fitOf(age)).toMatchObject({
      quality: 'poor',
      fall: { at: 24, from: 120_000_000, to: 10_000_000 },
    });
    const told = forecast(age, limit(2_144_483_647));
    expect(told).toMatchObject({ at: null, earliest: null, latest: null });
    expect(told.message).toContain('set back');
  });

  test('tells what sets in on the way to the limit', () => {
    const age = nights(10, (night) => 100_000_000 + 5_000_000 * night);
    const known = limit(2_144_483_647, { value: 200_000_000, meaning: 'autovacuum freezes' });
    expect(forecast(age, known).message).toContain(
      'before that, autovacuum freezes at 200000000, about 2026-03-21',
    );
    const late = nights(10, (night) => 300_000_000 + 5_000_000 * night);
    expect(forecast(late, known).message).toContain('autovacuum freezes at 200000000, which is passed');
  });

  test('says how far a line is stretched, and has no date beyond ten years', () => {
    const slow = nights(10, (night) => night);
    expect(forecast(slow, limit(1000)).message).toContain('a direction, not a date');
    expect(forecast(slow, limit(3000)).at).not.toBeNull();
    expect(forecast(slow, limit(4000))).toMatchObject({
      at: null,
      message: 'not within ten years at this slope',
    });
  });

  test('of what goes down, or is there already, says so', () => {
    expect(
      forecast(
        nights(10, (night) => 90 - night),
        limit(100),
      ).message,
    ).toBe('it goes away from the limit');
    expect(
      forecast(
        nights(10, (night) => 100 + night),
        limit(100),
      ),
    ).toMatchObject({
      at: '2026-03-10T03:00:00.000Z',
      message: 'it is there already',
    });
    expect(
      forecast(
        nights(10, () => 5),
        limit(100),
      ).message,
    ).toBe('no forecast: it did not change');
    expect(forecast([], limit(100))).toMatchObject({ at: null, message: 'no value is known' });
  });

  test('of a poor fit is called a guess', () => {
    const values = nights(30, (night) => 10 * night + (night % 3 === 0 ? 220 : 0));
    const fit = fitOf(values);
    expect(fit).toMatchObject({ quality: 'poor', rises: 'up' });
    expect(forecast(values, limit(1000)).message).toContain('a rough guess');
  });
});

describe('a series is set back', () => {
  test('when it climbs and falls at once, however often', () => {
    expect(sawtoothOf([1, 2, 3, 4, 5, 6, 1, 2, 3])).toEqual({ at: 6, from: 6, to: 1 });
    expect(sawtoothOf([9, 8, 7, 6, 9, 8, 7, 6, 5])).toEqual({ at: 4, from: 6, to: 9 });
  });

  test('and not by noise, one wild value, or standing still', () => {
    expect(sawtoothOf([1, 3, 2, 4, 3, 5, 4, 6])).toBeNull();
    expect(sawtoothOf([1, 2, 3, 100, 5, 6, 7, 8])).toBeNull();
    expect(sawtoothOf([4, 4, 4, 4])).toBeNull();
    expect(sawtoothOf([1, 2, 3, 4, 5, 6, 7])).toBeNull();
  });
});
