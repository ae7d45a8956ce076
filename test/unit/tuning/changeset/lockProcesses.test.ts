import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LockHolder } from '../../../../src/tuning/changeset/lockSchema.js';

let parent: string;
let bundle: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
  bundle = join(parent, 'clusterLock.cjs');
  const entryPoints = ['src/tuning/changeset/clusterLock.ts'];
  await build({ entryPoints, outfile: bundle, bundle: true, platform: 'node', format: 'cjs' });
});
afterAll(() => rm(parent, { recursive: true, force: true }));

let folder: string;
/** Where each process that has the lock leaves its pid. */
let inside: string;
let rounds = 0;
const started = new Set<ChildProcess>();
beforeEach(async () => {
  const round = join(parent, String(++rounds));
  folder = join(round, 'snapshots', 'a'.repeat(64));
  inside = join(round, 'inside');
  await mkdir(inside, { recursive: true });
});
afterEach(async () => {
  await Promise.all([...started].map((child) => end(child)));
});

/** `take(waitMs)`, `say(word)` and `alive(pid)` for what a process of these tests does. */
function prelude(): string {
  return `
    const { readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
    const { acquireClusterLock } = require(${JSON.stringify(bundle)});
    const [folder, inside] = ${JSON.stringify([folder, inside])};
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 10)));
    const clock = { now: () => new Date(), monotonicMs: () => performance.now(), sleep };
    const signal = new AbortController().signal;
    const take = (waitMs) => acquireClusterLock(folder, { operation: 'test', changesetId: null, waitMs, clock, signal });
    const say = (word) => console.log(word);
    const alive = (pid) => {
      try { return !/\\) [ZX] /.test(readFileSync('/proc/' + pid + '/stat', 'utf8')); } catch { return false; }
    };
    // No test lasts longer; what a failed one leaves behind ends by itself.
    setTimeout(() => process.exit(), 240_000).unref();`;
}

function run(script: string): { readonly child: ChildProcess; readonly lines: Interface } {
  const text = `${prelude()}\n(async () => { ${script} })().catch((error) => say('failed ' + error.code + ' ' + error.message));`;
  const child = spawn(process.execPath, ['-e', text], { stdio: ['pipe', 'pipe', 'inherit'] });
  started.add(child);
  child.once('exit', () => started.delete(child));
  return { child, lines: createInterface({ input: child.stdout }) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function nextLine(lines: Interface): Promise<string> {
  const [line] = (await once(lines, 'line')) as [string];
  return line;
}

const KILLS = 40;

/** A process that takes the lock and keeps it. */
const KEEP = `await take(0); say('held'); setInterval(() => undefined, 1000);`;

async function killedHolder(): Promise<void> {
  const { child, lines } = run(KEEP);
  expect(await nextLine(lines)).toBe('held');
  await end(child);
}

test(
  'of twelve processes that find the lock of a killed one exactly one gets it, and the rest learn whose it is',
  { timeout: 120_000 },
  async () => {
    for (let round = 0; round < 2; round++) {
      await killedHolder();
      const script = `
        say('ready');
        await new Promise((resolve) => process.stdin.once('data', resolve));
        await take(0).then(
          () => say('held ' + process.pid),
          (error) => say(error.code + ' ' + error.details.pid));
        setInterval(() => undefined, 1000);`;
      const contenders = Array.from({ length: 12 }, () => run(script));
      await Promise.all(contenders.map(({ lines }) => nextLine(lines)));
      const answers = contenders.map(({ lines }) => nextLine(lines));
      for (const { child } of contenders) child.stdin?.write('go\n');
      const said = await Promise.all(answers);
      const winners = said.filter((line) => line.startsWith('held'));
      expect(winners).toHaveLength(1);
      const { pid } = JSON.parse(await readFile(join(folder, '.lock.json'), 'utf8')) as LockHolder;
      expect(winners).toEqual([`held ${String(pid)}`]);
      expect(said.filter((line) => line.startsWith('lock_held'))).toHaveLength(11);
      await Promise.all(contenders.map(({ child }) => end(child)));
    }
  },
);

test(
  'processes that are killed and stopped at any instant never hold the lock two at a time',
  { timeout: 240_000 },
  async () => {
    const script = `
      for (;;) {
        const lock = await take(1e9);
        writeFileSync(inside + '/' + process.pid, '');
        const others = () => readdirSync(inside).filter((pid) => pid !== String(process.pid) && alive(pid));
        const before = others();
        await sleep(Math.random() * 5);
        await lock.assertHeld();
        say(before.length + others().length === 0 ? 'alone' : 'together');
        rmSync(inside + '/' + process.pid);
        await lock.release();
      }`;
    const said: string[] = [];
    const start = (): void => {
      run(script).lines.on('line', (line) => said.push(line));
    };
    for (let i = 0; i < 12; i++) start();
    let kills = 0;
    while (said.length < 250 || kills < KILLS) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
      const victim = (await holderAmong(started)) ?? [...started][0];
      if (victim === undefined || said.some((line) => line !== 'alone')) break;
      if (Math.random() < 0.3) {
        victim.kill('SIGSTOP');
        setTimeout(() => victim.kill('SIGCONT'), 100);
      } else if (kills < KILLS) {
        kills++;
        await end(victim);
        start();
      }
    }
    expect(said.filter((line) => line !== 'alone')).toEqual([]);
    expect(kills).toBe(KILLS);
  },
);

async function holderAmong(children: ReadonlySet<ChildProcess>): Promise<ChildProcess | undefined> {
  const text = await readFile(join(folder, '.lock.json'), 'utf8').catch(() => '{}');
  const { pid } = JSON.parse(text) as Partial<LockHolder>;
  return [...children].find((child) => child.pid === pid);
}

test(
  'a stopped holder is alive: its lock is not taken, and it goes on when it is woken',
  { timeout: 60_000 },
  async () => {
    const script = `
    const lock = await take(0);
    say('held');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    await lock.assertHeld();
    say('still');`;
    const { child, lines } = run(script);
    await nextLine(lines);
    child.kill('SIGSTOP');
    // As it would look after an hour in which it could not say that it lives.
    const path = join(folder, '.lock.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/("heartbeat_at": ")\d{4}/, '$12001'));
    const other = run(`await take(200); say('held');`);
    expect(await nextLine(other.lines)).toMatch(
      new RegExp(`^failed lock_held process ${String(child.pid)} on `),
    );
    child.kill('SIGCONT');
    child.stdin?.write('go\n');
    expect(await nextLine(lines)).toBe('still');
  },
);

test('a killed holder that its parent has not reaped is dead', { timeout: 60_000 }, async () => {
  // sh starts the holder and becomes a process that waits for no child, so that the killed one stays a zombie.
  const text = `${prelude()}\n(async () => { ${KEEP} })();`;
  const keeper = spawn('sh', ['-c', '"$0" -e "$1" & exec sleep 1000', process.execPath, text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.add(keeper);
  expect(await nextLine(createInterface({ input: keeper.stdout }))).toBe('held');
  const { pid } = JSON.parse(await readFile(join(folder, '.lock.json'), 'utf8')) as LockHolder;
  process.kill(pid, 'SIGKILL');
  const stateOf = async (): Promise<string | undefined> =>
    (await readFile(`/proc/${String(pid)}/stat`, 'utf8')).split(') ')[1]?.[0];
  await expect.poll(stateOf).toBe('Z');
  expect(await nextLine(run(`await take(0); say('held');`).lines)).toBe('held');
});

test(
  'a process that ends without a word leaves a lock that is no obstacle',
  { timeout: 60_000 },
  async () => {
    const { lines } = run(`await take(0); say('held'); process.exit();`);
    expect(await nextLine(lines)).toBe('held');
    expect(await nextLine(run(`await take(0); say('mine');`).lines)).toBe('mine');
  },
);

test('a disk that takes no more is told before anything is locked', { timeout: 60_000 }, async () => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const text = `${prelude()}\ntake(0).catch((error) => say(error.code + ' ' + error.message));`;
  // A limit on the size of files fails a write, as a full disk does.
  const child = spawn('sh', ['-c', 'ulimit -f 0; exec "$0" -e "$1"', process.execPath, text], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  started.add(child);
  const said = await nextLine(createInterface({ input: child.stdout }));
  expect(said).toContain(
    `state_unusable ${join(folder, '.lock.json')} cannot be used: it cannot be written: EFBIG`,
  );
  expect(await readdir(folder)).toEqual([]);
});
