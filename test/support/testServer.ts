import type { RunningServer } from '../../src/sandbox/postmaster.js';
import { hasEndedWithin, type SandboxOptions, startServer, stopServer } from '../../src/sandbox/server.js';
import type { Major } from './majors.js';
import { forgetFolder, rememberProcess } from './serverFolders.js';
import { handleOf, type ServerHandle } from './serverHandle.js';

/** A server of the test's own, which it may stop, crash and promote, and must stop at its end. */
export interface TestServer extends ServerHandle {
  /** Process id of the postmaster. */
  pid(): number;
  /** Stops the server and removes its folder. */
  stop(): Promise<void>;
  /** Stops the server and keeps its data, until `start`. */
  halt(): Promise<void>;
  /** Starts a halted or crashed server again, on the same port. */
  start(): Promise<void>;
  restart(): Promise<void>;
  /** Ends the server at once, without a checkpoint: SIGQUIT, or SIGKILL for a death that nobody cleans up after. */
  crash(signal?: 'SIGQUIT' | 'SIGKILL'): Promise<void>;
  /** Makes a standby a primary, and waits until it is one. */
  promote(): Promise<void>;
}

/** What a test may do with the server that runs in `folder`. */
export function testServer(
  major: Major,
  folder: string,
  sandbox: SandboxOptions,
  first: RunningServer,
): TestServer {
  let running = rememberProcess(folder, first);
  const handle = handleOf({
    major,
    host: '127.0.0.1',
    port: sandbox.port,
    socketDirectory: sandbox.socketDirectory,
    dataDirectory: sandbox.dataDirectory,
    superuser: 'postgres',
    password: '',
  });
  const halt = (): Promise<void> => stopServer(running);
  const startAgain = async (): Promise<void> => {
    running = rememberProcess(folder, await startServer(sandbox));
  };
  return {
    ...handle,
    pid: () => running.pid,
    halt,
    start: startAgain,
    stop: async () => {
      await halt();
      await forgetFolder(folder);
    },
    restart: async () => {
      await halt();
      await startAgain();
    },
    crash: async (signal = 'SIGQUIT') => {
      process.kill(running.pid, signal);
      if (!(await hasEndedWithin(running.pid, 20_000))) throw new Error(`the server survived ${signal}`);
    },
    promote: async () => {
      const [answer] = await handle.query('SELECT pg_promote(true, 30) AS done');
      if (answer?.['done'] !== true) throw new Error('the standby was not promoted within 30 s');
    },
  };
}
