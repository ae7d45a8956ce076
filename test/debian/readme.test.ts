import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../support/binaries.js';

const run = promisify(execFile);
const readme = await readFile(join(REPOSITORY, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/<!-- tested: [^>]*-->\s*```sh\n([\s\S]*?)```/g)].map(
  (match) => match[1] ?? '',
);
const lines = blocks
  .join('')
  .split('\n')
  .filter((line) => line !== '');

describe('the lines that the README shows', () => {
  let home: string;
  const shell = (line: string) =>
    run(
      'bash',
      ['-c', `set -o pipefail; pgdba() { node ${join(REPOSITORY, 'bin/run.js')} "$@"; }; ${line}`],
      {
        cwd: home,
        env: { PATH: process.env['PATH'], HOME: home, PGDBA_HOME: join(home, '.pgdba') },
      },
    );

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pgdba-readme-'));
    await shell('pgdba demo --keep');
  });

  afterAll(async () => {
    await shell('pgdba demo --stop');
    await rm(home, { recursive: true });
  });

  it('are there', () => {
    expect(blocks).toHaveLength(4);
    expect(lines.length).toBeGreaterThanOrEqual(22);
  });

  it.each(lines)('%s', async (line) => {
    const { stdout } = await shell(line);
    expect(stdout.trim()).not.toBe('');
    // A null that jq prints stands for a path that is not there; a plan and a table have theirs by right.
    if (!/tee|table/.test(line)) expect(stdout).not.toContain('null');
  });
});
