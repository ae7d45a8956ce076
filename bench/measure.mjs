// Running whole processes: how long they take and how much memory they have at their peak.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/**
 * What every measured process is given of our environment. NODE_EXTRA_CA_CERTS and NODE_OPTIONS are kept from it,
 * because they triple Node's own start; PG* variables, because they change what is measured.
 */
export function cleanEnvironment(home) {
  return { PATH: process.env['PATH'] ?? '', HOME: home, PGDBA_HOME: `${home}/.pgdba`, LANG: 'C.UTF-8' };
}

/** Whether this system tells a process's high-water mark. */
export const CAN_MEASURE_MEMORY = existsSync('/proc/self/status');

const MIB_PER_KIB = 1 / 1024;

/** Runs a command with its output thrown away. @returns milliseconds from before its start until its end */
export async function wallMs(command, env) {
  const started = performance.now();
  const { ended } = start(command, env, 'ignore');
  await ended;
  return performance.now() - started;
}

/** Runs a command for what it writes. @returns its stdout */
export async function outputOf(command, env) {
  const { child, ended } = start(command, env, 'pipe');
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise((resolve) => child.stdout.once('close', resolve));
  await Promise.all([ended, closed]);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Runs a command and reads the kernel's high-water mark of its resident memory, again and again until it has ended.
 * The mark never falls, so the last reading lacks at most what was touched in the last fraction of a millisecond. (An
 * rusage of it would be wrong: Linux counts there what the parent had before the new program took its place.)
 * @returns MiB
 */
export async function peakMib(command, env) {
  const { child, ended } = start(command, env, 'ignore');
  let running = true;
  const finished = ended.finally(() => (running = false));
  let peakKib = 0;
  while (running) {
    peakKib = Math.max(peakKib, highWaterKib(child.pid));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await finished;
  return peakKib * MIB_PER_KIB;
}

function highWaterKib(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
  } catch {
    // It has ended.
    return 0;
  }
}

/** Starts a command. `ended` rejects when it does not end with exit code 0. */
function start({ program, args }, env, stdout) {
  const child = spawn(program, args, { env, stdio: ['ignore', stdout, 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else
        setImmediate(() =>
          reject(new Error(`${[program, ...args].join(' ')} ended with ${code ?? signal}: ${said.trim()}`)),
        );
    });
  });
  return { child, ended };
}

/**
 * Runs `a` and `b` in turn, A B A B ..., after one round that does not count.
 * @returns the results of each, round by round
 */
export async function inPairs(rounds, a, b) {
  const results = { a: [], b: [] };
  for (let round = 0; round <= rounds; round++) {
    const pair = [await a(), await b()];
    if (round === 0) continue;
    results.a.push(pair[0]);
    results.b.push(pair[1]);
  }
  return results;
}

/** The middle of some numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
