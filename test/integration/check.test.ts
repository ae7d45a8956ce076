import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckData } from '../../src/check/checkData.js';
import { freshDatabase, sharedServer } from '../support/cluster.js';
import { runCli, type CliResult } from '../support/runCli.js';

const server = sharedServer(18);
let folder: string;
let dbname: string;
const path = (name: string): string => join(folder, name);
const data = ({ envelope }: CliResult): CheckData => envelope.data as unknown as CheckData;
const ids = (result: CliResult): string[] => data(result).findings.map(({ id }) => id);

function check(args: readonly string[], input?: string): Promise<CliResult> {
  const live = args.includes('--from') ? [] : ['--dsn', server.dsn({ dbname })];
  return runCli(['check', ...live, ...args], { cwd: folder, ...(input === undefined ? {} : { input }) });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdba-check-'));
  dbname = await freshDatabase(server, 'empty');
  for (const table of ['"a.b"', 'plain'])
    await server.query(
      `CREATE TABLE ${table} (n int); ALTER TABLE ${table} ADD CONSTRAINT c CHECK (n > 0) NOT VALID`,
      { dbname },
    );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const RULES = ['--rules', 'constraints,sequences'];
const DOTTED = 'constraint_not_validated:constraint:public."a.b".c';
const PLAIN = 'constraint_not_validated:constraint:public.plain.c';

describe('exit codes', () => {
  it.each([
    [[], 0],
    [['--fail-on', 'critical'], 0],
    [['--fail-on', 'warning'], 3],
    [['--fail-on', 'new'], 3],
  ])('%j: %i', async (args, exit) => {
    const result = await check([...RULES, ...args]);
    expect(result.exitCode).toBe(exit);
    expect(ids(result)).toEqual([DOTTED, PLAIN]);
    expect(data(result).passed).toContain('sequence_exhaustion');
  });

  it.each([
    [['--rules', 'nonsense'], 'there is no rule'],
    [['--update-known'], '--known'],
    [['--from', '-', '--config', '-'], 'stdin'],
    [['--config', 'missing.yml'], 'missing.yml'],
    [['--known', 'missing.json'], 'missing.json'],
    [['--from', 'missing.json'], 'missing.json'],
  ])('%j is refused: %s', async (args, message) => {
    const result = await check(args, '');
    expect(result.exitCode).toBe(2);
    expect(result.envelope.error?.message).toContain(message);
  });
});

describe('the file of known findings', () => {
  it('is made, lets only news fail, keeps what rules could not see, and tells what is gone', async () => {
    const known = ['--known', 'known.json'];
    expect((await check([...RULES, ...known, '--update-known', '--fail-on', 'new'])).exitCode).toBe(0);
    expect(JSON.parse(await readFile(path('known.json'), 'utf8'))).toMatchObject({
      schema: 'pgdba.known/1',
      findings: [{ id: DOTTED }, { id: PLAIN }],
    });
    expect((await check([...RULES, ...known, '--fail-on', 'new'])).exitCode).toBe(0);

    const others = await check(['--rules', 'sequences', ...known, '--update-known']);
    expect(data(others).known_file).toMatchObject({ updated: true, gone: [] });

    await server.query('ALTER TABLE plain DROP CONSTRAINT c, ADD CONSTRAINT d CHECK (n > 1) NOT VALID', {
      dbname,
    });
    const later = await check([...RULES, ...known, '--fail-on', 'new']);
    expect(later.exitCode).toBe(3);
    expect(data(later)).toMatchObject({
      known_file: { updated: false, gone: [PLAIN] },
      summary: { known: 1, new: 1, worst: 'warning' },
    });
  });

  it.each([
    '',
    '{}',
    '{"schema":"pgdba.known/2","findings":[]}',
    '{"schema":"pgdba.known/1","findings":[{"id":1}]}',
  ])('that is broken (%j) is refused, and not written over', async (text) => {
    await writeFile(path('broken.json'), text);
    const result = await check([...RULES, '--known', 'broken.json', '--update-known']);
    expect(result.exitCode).toBe(2);
    expect(result.envelope.error?.message).toContain('broken.json');
    expect(await readFile(path('broken.json'), 'utf8')).toBe(text);
  });
});

describe('a saved snapshot', () => {
  const verdict = (result: CliResult): unknown => ({
    passed: data(result).passed,
    findings: ids(result),
    missing: data(result).not_evaluated.map(
      ({ rule, reason, partly }) => `${rule} ${reason} ${String(partly)}`,
    ),
  });
  const saved = async (...args: string[]): Promise<string> => {
    const { stdout } = await runCli(['inspect', '--dsn', server.dsn({ dbname }), ...args]);
    await writeFile(path('snapshot.json'), stdout);
    return stdout;
  };

  it('of two samples gives the same verdict as one', async () => {
    await saved('--limit', '0', '--delta', '--interval', '1s');
    expect(verdict(await check(['--from', 'snapshot.json', ...RULES]))).toEqual(verdict(await check(RULES)));
  });

  it('that was cut, or has not all sections, says so', async () => {
    await saved('--limit', '1', '--sections', 'pg_constraint,pg_settings');
    const result = await check(['--from', '-'], await readFile(path('snapshot.json'), 'utf8'));
    expect(data(result)).toMatchObject({ from: '-', known_file: null });
    expect(data(result).not_evaluated).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ rule: 'constraint_not_validated', reason: 'truncated', partly: true }),
        expect.objectContaining({ rule: 'sequence_exhaustion', reason: 'section_excluded', partly: false }),
      ]),
    );
  });

  it('of another command, or broken, is refused', async () => {
    const { stdout } = await runCli(['config', 'show', '--dsn', server.dsn({ dbname })]);
    for (const text of [stdout, '{', '']) {
      const result = await check(['--from', '-'], text);
      expect(result.exitCode).toBe(2);
      expect(result.envelope.error?.code).toBe('invalid_input');
    }
  });
});
