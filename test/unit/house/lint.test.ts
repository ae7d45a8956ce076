import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

/**
 * A file of each kind; what is linted is the text given, as if it stood in that file. They stand in a folder of their
 * own, under the project's own configuration: types of the whole project would take the linter ten seconds to read.
 */
const FEATURE = 'src/core/units.ts';
const CLOCK = 'src/core/clock.ts';
const MAIN = 'src/main.ts';
const TEST = 'test/unit/house/lint.test.ts';

type Case = readonly [file: string, text: string, rule: string];

const REFUSED: readonly Case[] = [
  [FEATURE, 'console.error("x");', 'no-console'],
  [MAIN, 'console.log("x");', 'no-console'],
  [FEATURE, 'process.exit(1);', 'no-restricted-syntax'],
  [TEST, 'process.exit(1);', 'no-restricted-syntax'],
  [FEATURE, 'export const at = Date.now();', 'no-restricted-syntax'],
  [FEATURE, 'export const at = new Date();', 'no-restricted-syntax'],
  [MAIN, 'export const at = new Date();', 'no-restricted-syntax'],
  [FEATURE, 'export default 1;', 'no-restricted-syntax'],
  [CLOCK, 'export default 1;', 'no-restricted-syntax'],
  [FEATURE, 'const n = "t";\nexport const sql = /* sql */ `SELECT ${n}`;', 'house/static-sql'],
  [FEATURE, 'const n = "t";\nexport const sql = /* SQL */ `SELECT ${n}`;', 'house/static-sql'],
  [FEATURE, 'export const f = (x: string | null): string => x!;', '@typescript-eslint/no-non-null-assertion'],
  [FEATURE, 'export const x: any = 1;', '@typescript-eslint/no-explicit-any'],
  [
    FEATURE,
    'export function f(): void {\n  Promise.resolve(1);\n}',
    '@typescript-eslint/no-floating-promises',
  ],
];

const ACCEPTED: readonly Case[] = [
  [MAIN, 'process.exit(1);', 'no-restricted-syntax'],
  [CLOCK, 'export const at = new Date();', 'no-restricted-syntax'],
  [FEATURE, 'export const at = new Date(0);', 'no-restricted-syntax'],
  [FEATURE, 'export const sql = /* sql */ `SELECT 1`;', 'house/static-sql'],
  [FEATURE, 'const n = "t";\nexport const text = `a ${n}`;', 'house/static-sql'],
];

const house = mkdtempSync(join(tmpdir(), 'pgdba-lint-'));
let eslint: ESLint;

beforeAll(() => {
  for (const file of ['eslint.config.js', 'tsconfig.json', 'package.json']) {
    cpSync(join(ROOT, file), join(house, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'));
  for (const file of [FEATURE, CLOCK, MAIN, TEST]) {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), 'export {};\n');
  }
  eslint = new ESLint({ cwd: house });
});
afterAll(() => {
  rmSync(house, { recursive: true, force: true });
});

async function rulesBroken(file: string, text: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(`${text}\n`, { filePath: join(house, file) });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
}

describe('the house rules of the linter', { timeout: 120_000 }, () => {
  it.each(REFUSED)('in %s refuse %s', async (file, text, rule) => {
    expect(await rulesBroken(file, text)).toContain(rule);
  });

  it.each(ACCEPTED)('in %s accept %s', async (file, text, rule) => {
    expect(await rulesBroken(file, text)).not.toContain(rule);
  });
});
