import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

/** What tells a process from every other that had or will have its pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system counts: clock ticks since the boot on Linux, a date elsewhere. */
  readonly process_start: string | null;
  /** Another one after each boot; null where the start is a date, which needs none. */
  readonly boot_id: string | null;
  readonly host: string;
  /** Names the machine and, in a container, its own numbering of processes; null where there is no such thing. */
  readonly pid_space: string | null;
}

/** `elsewhere`: it cannot be looked at from here. */
export type Fate = 'alive' | 'dead' | 'elsewhere';

/** What the system says of a pid. */
interface Seen {
  readonly zombie: boolean;
  readonly start: string;
}

/** This process. */
export async function thisProcess(): Promise<ProcessIdentity> {
  const [seen, here] = await Promise.all([look(process.pid), surroundings()]);
  return { pid: process.pid, process_start: seen?.start ?? null, ...here };
}

/**
 * Whether a process lives. `dead` is proven: the machine was booted since, or the pid is gone, or belongs to a process
 * that was started at another time. A stopped process (SIGSTOP) is alive; one that its parent has not reaped is dead.
 */
export async function fateOf(one: ProcessIdentity): Promise<Fate> {
  const here = await surroundings();
  if (one.host !== here.host || differ(one.pid_space, here.pid_space)) return 'elsewhere';
  if (differ(one.boot_id, here.boot_id) || !exists(one.pid)) return 'dead';
  const seen = await look(one.pid);
  // It exists, and the system hides it from us: whatever it is, it is not proven to be another one.
  if (seen === null) return exists(one.pid) ? 'alive' : 'dead';
  return seen.zombie || differ(one.process_start, seen.start) ? 'dead' : 'alive';
}

/** Whether both are known and not the same. */
function differ(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one !== other;
}

async function surroundings(): Promise<Omit<ProcessIdentity, 'pid' | 'process_start'>> {
  const [bootId, machine, pids] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null),
    readFile('/etc/machine-id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => null),
  ]);
  // The machine's id is nobody else's business, so that only a hash of it is written anywhere.
  const space = createHash('sha256').update(`pgdba ${machine.trim()} ${pids ?? ''}`);
  return {
    boot_id: bootId?.trim() ?? null,
    host: hostname(),
    pid_space: pids === null ? null : space.digest('hex').slice(0, 16),
  };
}

/** A process of somebody else's may not be signalled (EPERM), and is there all the same. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function look(pid: number): Promise<Seen | null> {
  return process.platform === 'linux' ? lookInProc(pid) : lookWithPs(pid);
}

/** State and start time are the third and the 22nd field; the second, the name, may hold spaces and parentheses. */
async function lookInProc(pid: number): Promise<Seen | null> {
  const text = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => null);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields?.[0], fields?.[19]];
  return state === undefined || start === undefined ? null : { zombie: /^[ZX]/.test(state), start };
}

async function lookWithPs(pid: number): Promise<Seen | null> {
  const args = ['-o', 'state=,lstart=', '-p', String(pid)];
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = await promisify(execFile)('ps', args, { env }).catch(() => ({ stdout: '' }));
  const [, state, start] = /^\s*(\S+)\s+(\S.*\S)\s*$/.exec(stdout) ?? [];
  return state === undefined || start === undefined ? null : { zombie: state.startsWith('Z'), start };
}
