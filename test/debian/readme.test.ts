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
    expect(blocks).toHaveLength(5);
    expect(lines.length).toBeGreaterThanOrEqual(27);
  });

  it('and docs/check.md, for cron, GitHub and Nagios, work as printed', async () => {
    const page = await readFile(join(REPOSITORY, 'docs/check.md'), 'utf8');
    const [, cron = ''] = /^ {4}15 6 \* \* \* (.*)$/m.exec(page) ?? [];
    const [, github = ''] = /^- run: npx (.*)$/m.exec(page) ?? [];
    const [, nagios = ''] = /```sh\n(#!\/bin\/sh\n[\s\S]*?)```/.exec(page) ?? [];
    const here = (text: string): string =>
      text.replaceAll('--name prod', '--name demo').replaceAll(/\/(etc|var)[\w/]*\/(?=[\w-]+\.)/g, './');
    await shell('pgdba check --name demo --rules settings --known known.json --update-known');
    const mailed = await shell(`mail() { cat > mailed.txt; }; ${here(cron)}; cat mailed.txt`);
    expect(mailed.stdout).toContain('sequence_exhaustion');
    const dsn = `$(pgdba cluster show demo | jq -r .data.cluster.dsn)`;
    const job = here(github).replace('.pgdba-known.json', 'known.json');
    const { stdout } = await shell(
      `export DATABASE_URL="${dsn}"; ${job}; echo "exit $?"; jq -r .version pgdba.sarif`,
    );
    expect(stdout).toBe('exit 3\n2.1.0\n');
    const plugin = nagios
      .replace('#!/bin/sh\n', '')
      .replace('"$1"', 'demo')
      .replace(/exit \$code\s*$/, 'echo "state $code"');
    const said = (await shell(plugin)).stdout;
    expect(said).toMatch(/^PGDBA CRITICAL - demo: \d+ critical/);
    expect(said).toContain('state 2');
  });

  it.each(lines)('%s', async (line) => {
    const { stdout } = await shell(line);
    expect(stdout.trim()).not.toBe('');
    // A null that jq prints stands for a path that is not there; a plan and a table have theirs by right.
    if (!/tee|table/.test(line)) expect(stdout).not.toContain('null');
  });
});
