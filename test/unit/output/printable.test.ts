import { describe, expect, it } from 'vitest';
import { printableDeep } from '../../../src/output/printable.js';

describe('text for terminals', () => {
  it.each([
    ['plain äöü 数 🐘', 'plain äöü 数 🐘'],
    ['a\nb\tc', 'a\nb\tc'],
    ['\u001b[2J', '\\u001b[2J'],
    ['\u0000\u0007\r', '\\u0000\\u0007\\u000d'],
    ['\u009b31m', '\\u009b31m'],
    ['\u202etxt.exe', '\\u202etxt.exe'],
    ['\u2066\u2069\u200e\u200f\u061c', '\\u2066\\u2069\\u200e\\u200f\\u061c'],
    ['\u2028\u2029\ufeff', '\\u2028\\u2029\\ufeff'],
  ])('%j becomes %j', (text, shown) => {
    expect(printableDeep(text)).toBe(shown);
  });

  it('is made of every string and key, and of nothing else', () => {
    expect(printableDeep({ 'a\u001b': ['\u0007', 1, null, true, { b: '\u009b' }] })).toEqual({
      'a\\u001b': ['\\u0007', 1, null, true, { b: '\\u009b' }],
    });
  });
});
