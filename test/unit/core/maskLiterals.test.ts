import { describe, expect, it } from 'vitest';
import { maskLiterals } from '../../../src/core/maskLiterals.js';

describe('masking every literal', () => {
  it.each([
    [`SELECT 'a', 1, 2.5e-3, .5, 0x1F, 1_000`, `SELECT '********', 0, 0, 0, 0, 0`],
    [`SELECT $1, $2::int FROM t1 WHERE c2 = 3`, `SELECT $1, $2::int FROM t1 WHERE c2 = 0`],
    [`SELECT E'it\\'s', U&'x', B'101', N'x'`, `SELECT '********', '********', '********', '********'`],
    [`SELECT $$a 'b' c$$, $t$x$t$`, `SELECT '********', '********'`],
    [`SELECT "Col 1""2" FROM "T3" WHERE a='x''y'`, `SELECT "Col 1""2" FROM "T3" WHERE a='********'`],
    [`SELECT 'cut off here`, `SELECT '********'`],
    [`-- it's\nSELECT 'secret'`, `-- it'********'SELECT '********'`],
    [`-- 5" pipe\nSELECT 'secret'`, `-- 0" pipe\nSELECT '********'`],
    [`/* it's */ SELECT 'secret' /* id = 7 */`, `/* it'********' SELECT '********' /* id = 0 */`],
    [`SELECT e FROM e WHERE e='x'`, `SELECT e FROM e WHERE e='********'`],
    [`SELECT a-1, b- -2`, `SELECT a-0, b- -0`],
  ])('%s', (text, masked) => {
    expect(maskLiterals(text)).toBe(masked);
  });

  const MEGABYTE = 1_000_000;
  const fill = (piece: string): string => piece.repeat(Math.ceil(MEGABYTE / piece.length));

  it.each([
    ['numbers', fill('1 ')],
    ['one number', fill('1')],
    ['quotes', fill("'")],
    ['one literal', `'${fill('x')}`],
    ['one name', `"${fill('x')}`],
    ['doubled quotes of a name', `"${fill('""')}`],
    ['comments', fill('/*')],
    ['quotes in comments', fill("/*'*/")],
    ['dollar quotes in comments', Array.from({ length: 40_000 }, (_, n) => `/*$a${String(n)}$*/`).join('')],
    ['line comments', fill("--'\n")],
    ['dollars', fill('$')],
    ['dollar names', fill('$a')],
  ])('takes time in proportion to the text: %s', { timeout: 20_000 }, (_what, text) => {
    // Time of this process alone: what else the machine does is not in it.
    const before = process.cpuUsage();
    maskLiterals(text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(3000);
  });
});
