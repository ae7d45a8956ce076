import { describe, expect, it } from 'vitest';
import { fingerprintOf, normalized } from '../../../src/query/fingerprint.js';

describe('statements that differ in nothing but values have one fingerprint', () => {
  it.each([
    ['SELECT a FROM t WHERE b = $1', "select  A\n from T where b='x' ;"],
    ['SELECT 1', 'SELECT $1'],
    ['SELECT a /* who asks: worker 7 */ FROM t -- trailing', 'SELECT a FROM t'],
    ['SELECT 1 IN (1, 2, 3)', 'SELECT $1 IN ($2)'],
    ['SELECT a IN ($1 /*, ... */)', 'SELECT a IN ($1, $2, $3, $4)'],
    ['INSERT INTO t VALUES ($1, $2), ($3, $4)', 'INSERT INTO t VALUES (1,2)'],
    ['SELECT $tag$a$tag$', "SELECT E'a\\'b'"],
    ['SELECT 1.5e10 + 0x1F', 'SELECT $1+$2'],
  ])('%s = %s', (a, b) => {
    expect(normalized(a)).toBe(normalized(b));
    expect(fingerprintOf(a)).toBe(fingerprintOf(b));
    expect(fingerprintOf(a)).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('other statements have another', () => {
  it.each([
    ['SELECT a FROM t', 'SELECT a FROM u'],
    ['SELECT "A" FROM t', 'SELECT a FROM t'],
    ['SELECT a b', 'SELECT ab'],
    ['SELECT a < = b', 'SELECT a <= b'],
    ['SELECT f($1, $2)', 'SELECT g($1, $2)'],
    ['SELECT a FROM t', 'SELECT a, b FROM t'],
    ["SELECT 'a' --'", "SELECT 'a' b --'"],
  ])('%s ≠ %s', (a, b) => {
    expect(fingerprintOf(a)).not.toBe(fingerprintOf(b));
  });
});

it('takes a text of any length and any characters', () => {
  expect(normalized('')).toBe('');
  expect(normalized("SELECT 'open")).toBe('select ?');
  expect(normalized('SELECT "open')).toBe('select "open');
  expect(normalized(`SELECT ${'x,'.repeat(200_000)}1`).length).toBeGreaterThan(400_000);
});
