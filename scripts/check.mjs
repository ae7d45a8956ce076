// Runs every check of package.json (`check:*`) and fails when one of them does. They do not need each other, so as many
// run side by side as the machine has cores; what each wrote is shown once it has ended.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { scripts } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));
/** Those that take longest come first. */
const FIRST = ['check:lint', 'check:types', 'check:format'];
const names = Object.keys(scripts).filter((name) => name.startsWith('check:'));
const waiting = [...FIRST, ...names.filter((name) => !FIRST.includes(name))];

/** Runs one of them; resolves to whether it found nothing. */
function run(name) {
  const startedAt = performance.now();
  const child = spawn('npm', ['run', '--silent', name], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => written.push(chunk));
  return new Promise((resolve) => {
    child.once('error', (error) => written.push(Buffer.from(`${error.message}\n`)));
    child.once('close', (code, signal) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      const ending = code === 0 ? 'passed' : `failed (${signal ?? code})`;
      process.stdout.write(`${name} ${ending} after ${seconds} s\n${Buffer.concat(written)}`);
      resolve(code === 0);
    });
  });
}

async function lane() {
  let passed = true;
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (!(await run(name))) passed = false;
  }
  return passed;
}

const lanes = await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, lane));
if (lanes.includes(false)) process.exitCode = 1;
