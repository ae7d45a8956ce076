import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { fateOf, thisProcess, type ProcessIdentity } from '../../../src/core/processIdentity.js';

const NOBODY = 2_147_483_646;
const { platform } = process;

const children: ChildProcess[] = [];
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform });
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function like(more: Partial<ProcessIdentity>): Promise<ProcessIdentity> {
  return { ...(await thisProcess()), ...more };
}

test('this process is told from others by more than its pid', async () => {
  const me = await thisProcess();
  expect(me).toMatchObject({ pid: process.pid, host: hostname() });
  expect(me.process_start).toMatch(/\S/);
  expect(await thisProcess()).toEqual(me);
});

/** Linux is asked by /proc, other systems by ps; where both are there, both are tried. */
const WAYS = [
  ['linux', platform === 'linux'],
  ['darwin', existsSync('/bin/ps') || existsSync('/usr/bin/ps')],
] as const;

describe.each(WAYS.filter(([, isThere]) => isThere))('as %s is asked', (system) => {
  const asked = async (more: Partial<ProcessIdentity>): Promise<string> => {
    Object.defineProperty(process, 'platform', { value: system });
    return fateOf(await like(more));
  };

  test.each([
    ['alive', {}],
    ['dead', { pid: NOBODY }],
    ['dead', { process_start: 'another' }],
    ['dead', { boot_id: 'another' }],
    ['elsewhere', { host: 'another' }],
    ['elsewhere', { pid_space: 'another' }],
    ['alive', { process_start: null, boot_id: null, pid_space: null }],
  ] as const)('%s: %j', async (fate, more) => {
    // Without a boot id, as on systems that have none, it cannot be another one.
    const isUndecidable =
      'boot_id' in more && more.boot_id !== null && (await thisProcess()).boot_id === null;
    expect(await asked(more)).toBe(isUndecidable ? 'alive' : fate);
  });

  test('a stopped process is alive', async () => {
    const child = spawn('sleep', ['1000']);
    children.push(child);
    await once(child, 'spawn');
    child.kill('SIGSTOP');
    expect(await asked({ pid: child.pid ?? 0, process_start: null })).toBe('alive');
  });

  test('one that its parent has not reaped is dead', async () => {
    const script = 'sleep 1000 & echo $!; exec sleep 1000';
    const keeper = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(keeper);
    const [said] = (await once(keeper.stdout, 'data')) as [Buffer];
    const pid = Number(said.toString());
    // Only once it is sleep, which reaps nobody; the shell before it might.
    const program = (): string =>
      execFileSync('ps', ['-o', 'comm=', '-p', String(keeper.pid)], { encoding: 'utf8' }).trim();
    await expect.poll(program, { timeout: 10_000 }).toMatch(/sleep$/);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => asked({ pid, process_start: null }), { timeout: 10_000 }).toBe('dead');
    expect(() => process.kill(pid, 0)).not.toThrow();
  });
});
