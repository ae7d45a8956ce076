import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isAlive,
  processStartOf,
  readPostmasterFile,
  type RunningServer,
} from '../../src/sandbox/postmaster.js';
import { hasEndedWithin } from '../../src/sandbox/server.js';
import { giveTo, makePrivateFolder, type SystemUser } from '../../src/sandbox/systemUser.js';

const PREFIX = 'pgdba-test-';

/** Folders of servers that this process started and has not stopped yet. */
const open = new Map<string, RunningServer | undefined>();

/** A folder for one server; it says which process it belongs to, so that a later run can clear up after a killed one. */
export async function makeServerFolder(name: string, user: SystemUser | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${name}-`));
  const owner = { pid: process.pid, start: await processStartOf(process.pid) };
  await writeFile(join(folder, 'owner.json'), JSON.stringify(owner));
  await giveTo(folder, user);
  await makePrivateFolder(join(folder, 's'), user);
  process.off('exit', endOpenServers).once('exit', endOpenServers);
  open.set(folder, undefined);
  return folder;
}

/** Notes the server that runs in a folder, to end it should this process end first. */
export function rememberProcess(folder: string, server: RunningServer): RunningServer {
  open.set(folder, server);
  return server;
}

/** Removes a stopped server's folder. */
export async function forgetFolder(folder: string): Promise<void> {
  open.delete(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The last resort, at the end of this process: only synchronous work is done there. */
function endOpenServers(): void {
  for (const [folder, server] of open) {
    try {
      if (server !== undefined) process.kill(server.pid, 'SIGQUIT');
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    } catch {
      // It is gone already, or the next run clears it up.
    }
  }
}

/** Ends and removes what test processes left that were killed before they could. */
export async function clearAbandonedFolders(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (name.startsWith(PREFIX) && (await isAbandoned(folder))) await clearFolder(folder);
  }
}

async function isAbandoned(folder: string): Promise<boolean> {
  try {
    const note = join(folder, 'owner.json');
    if ((await stat(note)).uid !== process.getuid?.()) return false;
    const owner = JSON.parse(await readFile(note, 'utf8')) as { pid: number; start: string | null };
    return !(await isAlive(owner.pid)) || owner.start !== (await processStartOf(owner.pid));
  } catch {
    return false;
  }
}

async function clearFolder(folder: string): Promise<void> {
  const dataDirectory = join(folder, 'data');
  const server = await readPostmasterFile(dataDirectory);
  if (server?.dataDirectory === dataDirectory && (await runsThere(server.pid, dataDirectory))) {
    process.kill(server.pid, 'SIGQUIT');
    await hasEndedWithin(server.pid, 10_000);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** A process id outlives its process: only one whose command line names this data directory is the server. */
async function runsThere(pid: number, dataDirectory: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '');
  return commandLine.split('\0').includes(dataDirectory);
}
