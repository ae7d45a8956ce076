import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What names one run of one server: plain data, so that it can be recorded and found again by another process. */
export interface RunningServer {
  readonly pid: number;
  /** When the process started, in the kernel's own count; null where /proc does not tell. */
  readonly processStart: string | null;
  readonly dataDirectory: string;
  readonly socketDirectory: string;
  readonly port: number;
}

interface PostmasterFile {
  readonly pid: number;
  readonly dataDirectory: string;
  /** `starting`, `ready`, `standby` or `stopping`. */
  readonly status: string;
}

/** The server's own note about itself in its data directory, or undefined when no server left one there. */
export async function readPostmasterFile(dataDirectory: string): Promise<PostmasterFile | undefined> {
  let text: string;
  try {
    text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8');
  } catch {
    return undefined;
  }
  // Lines: pid, data directory, start time, port, socket directory, address, shared memory key, status.
  const lines = text.split('\n');
  return {
    pid: Number(lines[0]),
    dataDirectory: (lines[1] ?? '').trim(),
    status: (lines[7] ?? '').trim(),
  };
}

/** Start time of a process in clock ticks since boot, or null when it is gone or the system has no /proc. */
export async function processStartOf(pid: number): Promise<string | null> {
  const fields = await processFields(pid);
  return fields?.[19] ?? null;
}

/** Whether the process runs; a zombie that nobody has collected does not. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const fields = await processFields(pid);
  return fields?.[0] !== 'Z';
}

/** /proc/<pid>/stat from its third field on: the second, the program's name, may itself hold spaces and brackets. */
async function processFields(pid: number): Promise<string[] | undefined> {
  try {
    const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/**
 * Whether `server` still runs and is the very process that was recorded: a process id alone may belong to somebody
 * else by now.
 */
export async function isStillRunning(server: RunningServer): Promise<boolean> {
  const file = await readPostmasterFile(server.dataDirectory);
  if (file?.pid !== server.pid || file.dataDirectory !== server.dataDirectory) return false;
  if (!(await isAlive(server.pid))) return false;
  return server.processStart === null || server.processStart === (await processStartOf(server.pid));
}
