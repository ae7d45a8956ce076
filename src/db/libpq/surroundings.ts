import { readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';

export interface FileFacts {
  readonly kind: 'file' | 'directory' | 'socket' | 'other';
  readonly mode: number;
  readonly uid: number;
}

/** The part of a file system that libpq's rules look at. */
export interface FileReader {
  /** null when there is no such file; throws for everything else. */
  stat(path: string): FileFacts | null;
  read(path: string): Buffer;
  list(folder: string): readonly string[];
}

/** All that resolving a connection may know of the outside. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string | null;
  readonly osUser: string | null;
  readonly uid: number;
  readonly files: FileReader;
}

const diskFiles: FileReader = {
  stat(path) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    const kind = stats.isFile()
      ? 'file'
      : stats.isDirectory()
        ? 'directory'
        : stats.isSocket()
          ? 'socket'
          : 'other';
    return { kind, mode: stats.mode & 0o7777, uid: stats.uid };
  },
  read: (path) => readFileSync(path),
  list: (folder) => readdirSync(folder),
};

/** Returns this process's environment, home folder, user and disk. libpq prefers $HOME to the password database. */
export function processSurroundings(env: NodeJS.ProcessEnv = process.env): Surroundings {
  const account = accountOrNull();
  return {
    env,
    home: env['HOME'] ?? (account === null ? null : homedir()),
    osUser: account?.username ?? null,
    uid: process.geteuid?.() ?? -1,
    files: diskFiles,
  };
}

/** A container may run under a uid that has no name; then there is no default user, and that is all. */
function accountOrNull(): { username: string } | null {
  try {
    return userInfo();
  } catch {
    return null;
  }
}

/** Returns what `path` is, or null when it does not exist or may not be looked at (libpq treats both alike). */
export function statOrNull(files: FileReader, path: string): FileFacts | null {
  try {
    return files.stat(path);
  } catch {
    return null;
  }
}
