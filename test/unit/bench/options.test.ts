import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../bench/tuning/options.mjs';

describe('readOptions of the tuning experiment', () => {
  it('takes numbers', () => {
    expect(readOptions(['--rounds', '5', '--scale', '30'])).toMatchObject({
      rounds: 5,
      scale: 30,
      major: 18,
    });
  });

  it('takes a server that has seen nothing', () => {
    expect(readOptions(['--observe', '0'])).toMatchObject({ observe: 0 });
  });

  it.each([
    [['--rounds', '2'], '--rounds takes 3 at least'],
    [['--major', '13'], '--major takes 14 at least'],
    [['--scale', '0'], '--scale takes a whole number above 0'],
    [['--clients', 'many'], '--clients takes a whole number above 0'],
    [['--speed', '9'], "Unknown option '--speed'"],
  ])('refuses %j', (argv, message) => {
    expect(() => readOptions(argv)).toThrow(message);
  });
});
