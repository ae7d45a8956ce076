import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { SystemUser } from '../../src/sandbox/systemUser.js';

/** A program that is started and ended again and again, always with the same words. */
export interface Program {
  readonly start: () => void;
  /** Resolves when it has ended. */
  readonly stop: () => Promise<void>;
  /** Ends it without a chance to tidy up; resolves when it has ended. */
  readonly kill: () => Promise<void>;
}

/**
 * A program that runs as `user` and ends with this process, so that a test that is killed leaves nothing behind.
 * @param log file that gets what it prints, added to what is there
 */
export function program(words: readonly string[], user: SystemUser | undefined, log: string): Program {
  let child: ChildProcess | undefined;
  let ended = Promise.resolve();
  return {
    start: () => {
      const guarded = spawn('setpriv', ['--pdeathsig', 'SIGTERM', '--', ...words], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', ETCD_UNSUPPORTED_ARCH: process.arch },
        ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
      });
      const file = createWriteStream(log, { flags: 'a' });
      for (const stream of [guarded.stdout, guarded.stderr]) stream.pipe(file, { end: false });
      ended = new Promise((resolve) => {
        guarded.once('error', () => {
          resolve();
        });
        guarded.once('close', () => {
          file.end();
          resolve();
        });
      });
      child = guarded;
    },
    stop: async () => {
      child?.kill('SIGTERM');
      const forced = setTimeout(() => child?.kill('SIGKILL'), 60_000);
      await ended;
      clearTimeout(forced);
    },
    kill: async () => {
      if (child?.exitCode !== null || child.signalCode !== null) return;
      // Not 'close': its own children may hold its output open.
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
