import { describe, expect, test } from 'vitest';
import { rewriteNormalized } from '../../../src/query/plan/rewrite.js';
import { unplannable } from '../../../src/query/plan/statementKind.js';
import { parametersIn, tokensOf } from '../../../src/query/plan/tokens.js';
import { typings } from '../../../src/query/plan/typings.js';

const kinds = (text: string): string[] => tokensOf(text).map(({ kind, value }) => `${kind} ${value}`);

describe('tokens', () => {
  test('knows literals, names, comments and parameters apart', () => {
    expect(kinds(`SELECT 'a$1', E'\\'$2', $q$ $3 $q$, "x ""$4""", $5 -- $6\n/* $7 /* */ $8 */`)).toEqual([
      'word select',
      `string 'a$1'`,
      'mark ,',
      `string E'\\'$2'`,
      'mark ,',
      'string $q$ $3 $q$',
      'mark ,',
      'quoted x "$4"',
      'mark ,',
      'parameter $5',
    ]);
    expect(parametersIn(tokensOf(`SELECT '$9', $2, $1`))).toBe(2);
  });

  test('ends an operator where a comment begins', () => {
    expect(kinds('a +--b\n-$1')).toEqual(['word a', 'operator +', 'operator -', 'parameter $1']);
    expect(kinds('a->$1::int')).toEqual(['word a', 'operator ->', 'parameter $1', 'mark ::', 'word int']);
  });

  test('covers every text, whatever it is', () => {
    let seed = 7;
    const next = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
    const pieces = [
      `'`,
      '"',
      '$',
      '$1',
      '$q$',
      '--',
      '/*',
      '*/',
      '\n',
      '\\',
      'E',
      'U&',
      'interval',
      '(',
      ')',
      '::',
      '.',
      '🐘',
      ' ',
      '0x',
      '1e',
    ];
    for (let run = 0; run < 400; run++) {
      const text = Array.from({ length: next(14) }, () => pieces[next(pieces.length)] ?? '').join('');
      let at = 0;
      const inOrder = tokensOf(text).every(
        ({ start, end }) => start >= at && end > start && (at = end) <= text.length,
      );
      expect([text, inOrder]).toEqual([text, true]);
      rewriteNormalized(text, 18);
      unplannable(tokensOf(text));
    }
  });
});

describe('normalized text', () => {
  test.each([
    ['SELECT interval $1', 'SELECT $1::interval'],
    ['SELECT interval $1 day to second', 'SELECT $1::interval day to second'],
    ['SELECT now() - INTERVAL (3) $1', 'SELECT now() - $1::INTERVAL (3)'],
    ['SELECT date $1, time $2', 'SELECT $1::date, $2::time'],
    ['SELECT timestamp with time zone $1', 'SELECT $1::timestamp with time zone'],
    ['SELECT timestamp(3) $1', 'SELECT $1::timestamp(3)'],
    ['SELECT double precision $1', 'SELECT $1::double precision'],
    ['SELECT character varying $1', 'SELECT $1::character varying'],
    ['SELECT app."My Type" $1', 'SELECT $1::app."My Type"'],
    ['SELECT public.citext $1', 'SELECT $1::public.citext'],
    ['SELECT extract($1 from made)', 'SELECT pg_catalog."extract"($1, made)'],
  ])('%s', (text, expected) => {
    expect(rewriteNormalized(text, 18).text).toBe(expected);
  });

  test.each([
    'SELECT a AT TIME ZONE $1 FROM t',
    'SELECT $1 FROM t ORDER BY $2 LIMIT $3 OFFSET $4',
    'SELECT * FROM t WHERE a IN ($1 /*, ... */) AND b BETWEEN $2 AND $3 OR c LIKE $4 ESCAPE $5',
    'SELECT CASE WHEN a THEN $1 ELSE $2 END, count(*) FILTER (WHERE $3), x -> $4, x->$5',
    'SELECT sum(a) OVER (ROWS BETWEEN $1 PRECEDING AND $2 FOLLOWING) FROM t FETCH FIRST $3 ROWS ONLY',
    `SELECT 'interval $1', "date" -- timestamp $2\n FROM t WHERE NOT $3`,
    'SELECT substring(a FROM $1 FOR $2), position($3 IN a), trim(BOTH $4 FROM a), overlay(a PLACING $5 FROM $6)',
    'UPDATE t SET a = $1, b = DEFAULT WHERE id = $2 RETURNING $3',
    'SELECT DISTINCT $1 UNION ALL SELECT $2 EXCEPT SELECT ALL $3',
    'VALUES ($1, $2)',
  ])('leaves what can be read: %s', (text) => {
    expect(rewriteNormalized(text, 18)).toEqual({ text, rewrites: [] });
  });

  test('extract() was date_part() before 14', () => {
    const { text, rewrites } = rewriteNormalized('SELECT EXTRACT( $1 FROM t.made )', 13);
    expect(text).toBe('SELECT pg_catalog.date_part($1, t.made )');
    expect(rewrites).toEqual([{ rule: 'extract', from: 'EXTRACT( $1 FROM', to: 'pg_catalog.date_part($1,' }]);
  });
});

describe('parameters without a type', () => {
  test('types are tried for the operand that the server points at', () => {
    const text = 'SELECT a, - $1 FROM t';
    const tried = typings(text, { sqlstate: '42725', message: '', position: text.indexOf('-') });
    expect(tried.map((one) => one.text).slice(0, 2)).toEqual([
      'SELECT a, - ($1::integer) FROM t',
      'SELECT a, - ($1::numeric) FROM t',
    ]);
    expect(
      typings('SELECT $1 IS NULL', { sqlstate: '42P18', message: '… $1', position: null })[0]?.text,
    ).toBe('SELECT ($1::text) IS NULL');
    expect(typings(text, { sqlstate: '42601', message: '$1', position: 0 })).toEqual([]);
  });
});

describe('texts without a plan', () => {
  test.each([
    ['', 'empty'],
    [' ; -- nothing', 'empty'],
    ['SELECT 1; SELECT 2', 'several_statements'],
    ['COPY t TO PROGRAM $$id$$', 'utility'],
    ['SELECT 1 INTO t', 'creates_table'],
    ['WITH a AS (SELECT 1) SELECT * INTO b FROM a', 'creates_table'],
  ])('%s', (text, reason) => {
    expect(unplannable(tokensOf(text))?.reason).toBe(reason);
  });

  test.each([
    'SELECT 1;',
    '(((SELECT 1)))',
    '/* hint */ WITH a AS (INSERT INTO t VALUES (1) RETURNING 1) SELECT 1 AS into, a.into FROM a',
    'TABLE t',
    `SELECT 'a; b'; `,
    'INSERT INTO t SELECT 1',
  ])('but these may have one: %s', (text) => {
    expect(unplannable(tokensOf(text))).toBeNull();
  });
});
