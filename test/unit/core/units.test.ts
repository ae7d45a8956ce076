import { describe, expect, it } from 'vitest';
import { parseDuration, parseSize } from '../../../src/core/units.js';

describe('durations as PostgreSQL writes them', () => {
  it.each([
    ['0', 0],
    ['250', 250],
    ['500ms', 500],
    ['30s', 30_000],
    ['5min', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1.5s', 1500],
    ['1500us', 2],
    [' 30 s ', 30_000],
  ])('%j is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    's',
    '-1s',
    '1 m',
    '5M',
    '30S',
    '1e3',
    '1.',
    '.5s',
    '1s2ms',
    'NaN',
    '٣s',
    '1kB',
    'toString',
    '1constructor',
  ])('%j is refused', (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'usage' }) as Error);
  });
});

describe('sizes as PostgreSQL writes them', () => {
  it.each([
    ['0', 0],
    ['8192', 8192],
    ['8B', 8],
    ['4kB', 4096],
    ['64MB', 67_108_864],
    ['8GB', 8_589_934_592],
    ['1TB', 1_099_511_627_776],
    ['1.5kB', 1536],
  ])('%j is %i bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', '4KB', '4k', '4mb', '-1MB', '1PB', '4 kB B', 'hasOwnProperty'])('%j is refused', (text) => {
    expect(() => parseSize(text)).toThrow(expect.objectContaining({ code: 'usage' }) as Error);
  });
});
