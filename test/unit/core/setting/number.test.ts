import { expect, test } from 'vitest';
import { formatReal, readInteger, readReal, roundHalfEven } from '../../../../src/core/setting/number.js';

test.each([
  ['42kB', { value: 42, rest: 'kB' }],
  ['0x1FkB', { value: 31, rest: 'kB' }],
  ['0x', { value: 0, rest: 'x' }],
  ['08', { value: 0, rest: '8' }],
  ['010.5', { value: 10.5, rest: '' }],
  ['1e', { value: 1, rest: 'e' }],
  ['.5', { value: 0.5, rest: '' }],
  [' .5', undefined],
  ['-.5', undefined],
  ['9223372036854775808', { value: 2 ** 63, rest: '' }],
  ['ten', undefined],
])('an integer: %s', (text, read) => {
  expect(readInteger(text)).toEqual(read);
});

test.each([
  ['-.5ms', { value: -0.5, rest: 'ms' }],
  ['0x1.8p1', { value: 3, rest: '' }],
  ['-0x10', { value: -16, rest: '' }],
  ['Infinity', { value: Infinity, rest: '' }],
  ['-infx', { value: -Infinity, rest: 'x' }],
  ['1e-400', undefined],
  ['0e-400', { value: 0, rest: '' }],
  ['nan', undefined],
])('a real number: %s', (text, read) => {
  expect(readReal(text)).toEqual(read);
});

test.each([
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [-0.5, 0],
  [-1.5, -2],
  [2.500001, 3],
  [-2.4, -2],
])('%d rounds to %d', (value, rounded) => {
  expect(roundHalfEven(value) + 0).toBe(rounded);
});

test.each([
  [0, '0'],
  [-0, '-0'],
  [1, '1'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [123456, '123456'],
  [100000.5, '100000'],
  [100001.5, '100002'],
  [999999.5, '1e+06'],
  [-1234567, '-1.23457e+06'],
  [1e100, '1e+100'],
  [Number.MAX_VALUE, '1.79769e+308'],
])('%d prints as %s', (value, text) => {
  expect(formatReal(value)).toBe(text);
});
