import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../../src/core/clock.js';
import { appendAudit, type AuditFacts } from '../../../../src/tuning/changeset/audit.js';
import { changeParameter, changeSet, FINGERPRINT, idOf } from './changeSets.js';

let home: string;
let path: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
  path = join(home, 'audit.jsonl');
});
afterEach(() => rm(home, { recursive: true, force: true }));

const FACTS: AuditFacts = {
  outcome: 'applied',
  operation: 'apply',
  runId: idOf(7),
  command: 'config apply',
  role: 'dba',
  changeSet: changeSet({ parameters: [changeParameter({ outcome: 'applied' })] }),
  forced: false,
};

async function lines(): Promise<unknown[]> {
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

test('a line says who did what, where, when, and what became of it', async () => {
  await appendAudit(home, FACTS, systemClock);
  expect(await lines()).toEqual([
    {
      schema: 'pgdba.audit/1',
      at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      who: { user: userInfo().username, uid: process.getuid?.() },
      host: hostname(),
      pid: process.pid,
      run_id: idOf(7),
      command: 'config apply',
      fingerprint: FINGERPRINT,
      node: { addr: '127.0.0.1', port: 5432, data_directory: '/data' },
      role: 'dba',
      changeset_id: idOf(1),
      operation: 'apply',
      outcome: 'applied',
      forced: false,
      parameters: [{ name: 'work_mem', old: '4MB', new: '64MB', outcome: 'applied' }],
    },
  ]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a secret does not get into it', async () => {
  const parameters = [
    changeParameter({ name: 'primary_conninfo', old_value: 'host=a password=hunter2', new_value: null }),
    changeParameter({ name: 'app.api_key', old_value: null, new_value: 'hunter2' }),
  ];
  await appendAudit(home, { ...FACTS, changeSet: changeSet({ parameters }) }, systemClock);
  const text = await readFile(path, 'utf8');
  expect(text).not.toContain('hunter2');
  expect(text).toContain('host=a password=********');
});

test('behind what a crash left of a line it begins a new one', async () => {
  await appendAudit(home, FACTS, systemClock);
  await appendFile(path, '{"schema":"pgdba.aud');
  await appendAudit(home, FACTS, systemClock);
  const text = await readFile(path, 'utf8');
  expect(text.split('\n')).toHaveLength(4);
  expect(JSON.parse(text.split('\n')[2] ?? '')).toMatchObject({ outcome: 'applied' });
});

test('a place that cannot be written is an error that names the file', async () => {
  const file = join(home, 'file');
  await writeFile(file, '');
  await expect(appendAudit(file, FACTS, systemClock)).rejects.toMatchObject({
    code: 'state_unusable',
    message: expect.stringContaining(join(file, 'audit.jsonl')) as string,
  });
});

test('twenty processes that write at once do not mix their lines', { timeout: 120_000 }, async () => {
  const bundle = join(home, 'audit.cjs');
  const entryPoints = ['src/tuning/changeset/audit.ts'];
  await build({ entryPoints, outfile: bundle, bundle: true, platform: 'node', format: 'cjs' });
  const [writers, each] = [20, 15];
  // Lines far longer than a page: short ones would hardly ever meet.
  const facts = {
    ...FACTS,
    changeSet: changeSet({ parameters: [changeParameter({ new_value: 'x'.repeat(100_000) })] }),
  };
  const script = `
    const { appendAudit } = require(${JSON.stringify(bundle)});
    const facts = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
    (async () => {
      for (let i = 0; i < ${String(each)}; i++) {
        await appendAudit(${JSON.stringify(home)}, facts, { now: () => new Date() });
      }
    })();`;
  const children = Array.from({ length: writers }, () =>
    spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'inherit', 'inherit'] }),
  );
  const ended = children.map((child) => once(child, 'exit'));
  for (const child of children) child.stdin.end(JSON.stringify(facts));
  const codes = (await Promise.all(ended)).map(([code]) => code as number);
  expect(new Set(codes)).toEqual(new Set([0]));
  const pids = (await lines()).map((line) => (line as { pid: number }).pid);
  expect(pids).toHaveLength(writers * each);
  for (const { pid } of children) expect(pids.filter((other) => other === pid)).toHaveLength(each);
});
