import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
let bundle: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
  bundle = join(folder, 'stateFile.cjs');
  const entryPoints = ['src/core/stateFile.ts'];
  await build({ entryPoints, outfile: bundle, bundle: true, platform: 'node', format: 'cjs' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FORMAT = `{
  schema: 'pgdba.counter/1',
  accepts: (d) => d.rows.length === d.count % 50 && d.rows.every((row) => row === d.count),
  errors: () => [],
}`;

/** Adds one again and again; the document's size changes with it, so that half of one is no whole one. */
function counting(path: string, times: number): ChildProcess {
  const script = `
    const { updateState } = require(${JSON.stringify(bundle)});
    const next = (count) => ({ schema: 'pgdba.counter/1', count, rows: Array(count % 50).fill(count) });
    (async () => {
      for (let i = 0; i < ${String(times)}; i++) {
        await updateState(${JSON.stringify(path)}, ${FORMAT}, (before) => next((before?.count ?? 0) + 1));
        if (i === 0) process.stdout.write('started');
      }
    })();`;
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function countIn(path: string): Promise<number> {
  const { count, rows } = JSON.parse(await readFile(path, 'utf8')) as { count: number; rows: number[] };
  expect(rows).toEqual(Array.from({ length: count % 50 }, () => count));
  return count;
}

test(
  'a writer that is killed at any instant leaves the old document or the new one',
  { timeout: 60_000 },
  async () => {
    const path = join(folder, 'killed', 'counter.json');
    let last = 0;
    for (let round = 0; round < 12; round++) {
      const writer = counting(path, 1_000_000);
      // Each round after the first may have to wait until the lock of the killed one is stale; this one removes it.
      await once(writer.stdout ?? writer, 'data');
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 60));
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const count = await countIn(path);
      expect(count).toBeGreaterThan(last);
      last = count;
      await rm(`${path}.lock`, { recursive: true, force: true });
    }
  },
);

test(
  'the lock of a killed writer holds up the next one only until it is stale',
  { timeout: 30_000 },
  async () => {
    const path = join(folder, 'stale', 'counter.json');
    for (
      let left: string[] = [];
      !left.includes('counter.json.lock');
      left = await readdir(join(folder, 'stale'))
    ) {
      const writer = counting(path, 1_000_000);
      await once(writer.stdout ?? writer, 'data');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    }
    const before = await countIn(path);
    const next = counting(path, 1);
    const [code] = (await once(next, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(await countIn(path)).toBe(before + 1);
    expect(await readdir(join(folder, 'stale'))).toEqual(['counter.json']);
  },
);

test('two processes that write at once lose nothing', { timeout: 60_000 }, async () => {
  const path = join(folder, 'shared', 'counter.json');
  const writers = [counting(path, 60), counting(path, 60)];
  const codes = await Promise.all(writers.map((writer) => once(writer, 'exit')));
  expect(codes.map(([code]) => code as number)).toEqual([0, 0]);
  expect(await countIn(path)).toBe(120);
});

test('a disk that takes no more leaves the old document, and nothing beside it', async () => {
  const path = join(folder, 'full', 'counter.json');
  const script = `
    const { replaceState } = require(${JSON.stringify(bundle)});
    const write = (size) => replaceState(${JSON.stringify(path)}, { schema: 'pgdba.counter/1', text: 'x'.repeat(size) });
    write(10).then(() => write(10_000)).catch((error) => console.log(error.code + ' ' + error.message));`;
  // A limit on the size of files fails a write in the middle, as a full disk does.
  const limited = ['-c', 'ulimit -f 1; exec "$0" -e "$1"', process.execPath, script];
  const { stdout } = await promisify(execFile)('sh', limited);
  expect(stdout).toContain(`state_unusable ${path} cannot be used: it cannot be written: EFBIG`);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
    schema: 'pgdba.counter/1',
    text: 'x'.repeat(10),
  });
  expect(await readdir(join(folder, 'full'))).toEqual(['counter.json']);
});
