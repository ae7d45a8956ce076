import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const CONFIG = '.dependency-cruiser.cjs';
const folder = mkdtempSync(join(tmpdir(), 'pgdba-imports-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Plant {
  readonly rule: string;
  readonly from: string;
  /** What `from` imports. */
  readonly imports: string;
  /** Said by the checker; `imports` from `from` unless it is a package. */
  readonly to?: string;
}

/** One wrong import for every rule, and for some rules one for each way to get round it. */
const PLANTS: readonly Plant[] = [
  { rule: 'core-imports-only-itself', from: 'core/a.ts', imports: '../db/fine.js' },
  { rule: 'generated-imports-only-itself', from: 'generated/a.ts', imports: '../core/fine.js' },
  { rule: 'db-imports-only-core', from: 'db/a.ts', imports: '../inspect/fine.js' },
  { rule: 'cluster-imports-only-core-db-generated', from: 'cluster/a.ts', imports: '../inspect/fine.js' },
  { rule: 'inspect-imports-only-core-db-cluster', from: 'inspect/a.ts', imports: '../sandbox/fine.js' },
  { rule: 'inspect-imports-only-core-db-cluster', from: 'inspect/b.ts', imports: '../base.js' },
  { rule: 'patroni-imports-only-core-generated', from: 'patroni/a.ts', imports: '../db/fine.js' },
  {
    rule: 'tuning-imports-only-core-db-cluster-inspect-patroni-generated',
    from: 'tuning/a.ts',
    imports: '../output/fine.js',
  },
  {
    rule: 'query-imports-only-core-db-cluster-inspect-patroni-generated',
    from: 'query/a.ts',
    imports: '../tuning/fine.js',
  },
  { rule: 'check-imports-only-core-inspect-generated', from: 'check/a.ts', imports: '../db/fine.js' },
  {
    rule: 'baseline-imports-only-core-db-inspect-generated',
    from: 'baseline/a.ts',
    imports: '../tuning/fine.js',
  },
  { rule: 'sandbox-imports-only-core', from: 'sandbox/a.ts', imports: '../db/fine.js' },
  { rule: 'output-imports-only-core', from: 'output/a.ts', imports: '../cluster/fine.js' },
  {
    rule: 'reference-imports-only-core-inspect-check-baseline-output',
    from: 'reference/a.ts',
    imports: '../db/fine.js',
  },
  {
    rule: 'report-imports-only-core-check-baseline-output',
    from: 'report/a.ts',
    imports: '../inspect/fine.js',
  },
  { rule: 'rooms-are-known', from: 'helpers/a.ts', imports: '../core/fine.js' },
  { rule: 'only-db-imports-pg', from: 'cluster/b.ts', imports: 'pg', to: '/node_modules/pg/' },
  {
    rule: 'only-db-imports-pg',
    from: 'cluster/c.ts',
    imports: 'pg-protocol',
    to: '/node_modules/pg-protocol/',
  },
  {
    rule: 'only-patroni-imports-undici',
    from: 'tuning/b.ts',
    imports: 'undici',
    to: '/node_modules/undici/',
  },
  {
    rule: 'only-the-command-line-imports-oclif',
    from: 'inspect/c.ts',
    imports: '@oclif/core',
    to: '/@oclif/core/',
  },
  {
    rule: 'only-the-command-line-imports-oclif',
    from: 'output/b.ts',
    imports: '@oclif/core/args',
    to: '/@oclif/core/',
  },
  {
    rule: 'only-core-schema-imports-typebox',
    from: 'output/c.ts',
    imports: 'typebox',
    to: '/node_modules/typebox/',
  },
  { rule: 'commands-do-not-import-commands', from: 'commands/a.ts', imports: './fine.js' },
  { rule: 'only-the-table-imports-commands', from: 'reach.ts', imports: './commands/fine.js' },
  { rule: 'no-cycles', from: 'core/one.ts', imports: './other.js' },
  { rule: 'could-not-resolve', from: 'core/b.ts', imports: './nowhere.js', to: './nowhere.js' },
  { rule: 'tests-stay-outside', from: 'core/c.ts', imports: '../../test/fine.js' },
];

const ROOMS = [
  ...['core', 'generated', 'db', 'cluster', 'inspect', 'patroni', 'tuning'],
  ...['sandbox', 'output', 'reference', 'commands'],
];

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

/** What the checker finds in the folder, with the project's own configuration. */
function violations(): Violation[] {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [program, 'src', '--config', CONFIG, '-T', 'json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(`the checker said nothing: ${stderr}`);
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

function plantCleanHouse(): void {
  for (const file of [CONFIG, 'tsconfig.json', 'package.json']) cpSync(join(ROOT, file), join(folder, file));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const room of ROOMS) write(`src/${room}/fine.ts`, 'export {};\n');
  write('src/base.ts', "import { Command } from '@oclif/core/command';\nexport { Command };\n");
  write('src/commands.ts', ROOMS.map((room) => `import './${room}/fine.js';`).join('\n'));
  write('test/fine.ts', 'export {};\n');
  write('src/db/pool.ts', "import pg from 'pg';\nimport '../core/fine.js';\nexport { pg };\n");
}

function expectedTarget({ from, imports, to }: Plant): string {
  return to ?? join('src', dirname(from), imports).replace(/\.js$/, '.ts');
}

describe('the checker of imports', () => {
  it('finds nothing in a house that keeps the rules', { timeout: 60_000 }, () => {
    plantCleanHouse();
    expect(violations()).toEqual([]);
  });

  it('finds every planted import, types alone included', { timeout: 60_000 }, () => {
    for (const { from, imports } of PLANTS)
      write(`src/${from}`, `import type * as planted from '${imports}';\n`);
    write('src/core/other.ts', "import './one.js';\n");
    write('src/core/alone.ts', 'export {};\n');
    const found = violations();
    const missed = PLANTS.filter(
      (plant) =>
        !found.some(
          ({ rule, from, to }) =>
            rule.name === plant.rule && from === `src/${plant.from}` && to.includes(expectedTarget(plant)),
        ),
    );
    expect(missed).toEqual([]);
    expect(found).toContainEqual(
      expect.objectContaining({
        from: 'src/core/alone.ts',
        rule: expect.objectContaining({ name: 'no-orphans' }) as unknown,
      }),
    );
  });

  it('has a plant for every rule', async () => {
    const { forbidden } = (
      (await import(join(ROOT, CONFIG))) as { default: { forbidden: { name: string }[] } }
    ).default;
    const planted = new Set([...PLANTS.map(({ rule }) => rule), 'no-orphans']);
    expect(forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });
});
