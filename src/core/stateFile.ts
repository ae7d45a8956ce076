import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PgdbaError } from './errors.js';
import { withFileLock } from './fileLock.js';
import { ensurePrivateFolder } from './stateFolder.js';
import { isRefusal, reasonOf, stateUnusable, writingState } from './stateUnusable.js';

/** What a kind of state file holds. */
export interface StateFormat<T> {
  /** What the document's `schema` says: name and version, e.g. `pgdba.clusters/1`. */
  readonly schema: string;
  readonly accepts: (document: unknown) => document is T;
  /** What `accepts` found wrong in its last call. */
  readonly errors: () => readonly ValidationError[] | null | undefined;
}

interface ValidationError {
  readonly instancePath: string;
  readonly message?: string | undefined;
}

const FILE_MODE = 0o600;
const WRITABLE_BY_ALL = 0o002;

/**
 * Reads a state file; undefined when there is none.
 * @throws PgdbaError `state_unusable`, naming the file, when it cannot be read, is broken, or was written by a newer
 * pgdba
 */
export async function readState<T>(path: string, format: StateFormat<T>): Promise<T | undefined> {
  const bytes = await readStateBytes(path);
  return bytes === undefined ? undefined : stateOf(path, parse(path, bytes.toString('utf8')), format);
}

/**
 * The document that was found in a file, once it is sure that it is one of that format.
 * @throws PgdbaError `state_unusable`, naming the file
 */
export function stateOf<T>(path: string, document: unknown, format: StateFormat<T>): T {
  requireVersion(path, document, format.schema);
  if (format.accepts(document)) return document;
  const [first] = format.errors() ?? [];
  throw stateUnusable(
    path,
    `${first?.instancePath ?? ''} ${first?.message ?? 'does not fit its schema'}`.trim(),
  );
}

/**
 * Replaces a state file as a whole: a crash at any instant leaves the old document or the new one. The file has mode
 * 0600, its folder 0700.
 * @throws PgdbaError `state_unusable`, naming the file, when it cannot be written; the old document is then still there
 */
export async function replaceState(path: string, document: object): Promise<void> {
  await replaceFile(path, textOf(document));
}

/** As {@link replaceState}, for a file that is not JSON. @throws PgdbaError `state_unusable`, naming the file */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await writingState(path, async () => {
    await ensurePrivateFolder(dirname(path));
    await writeAtomically(path, content);
  });
}

/**
 * Writes a document that the caller asked for at a place of his: replaced as a whole, as a state file is, with the
 * permissions that any new file of his gets.
 * @throws PgdbaError `output_unwritable`, naming the file; the old document is then still there
 */
export async function writeDocument(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeAtomically(path, content, { mode: 0o666 });
  } catch (error) {
    const { syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new PgdbaError('output_unwritable', `${path} cannot be written: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Reads a state file, lets `change` make the next document of it, and writes that, while no other pgdba does the same.
 * `change` gets undefined when there is no file; when it returns what it was given, or throws, nothing is written.
 * @returns the document that is in the file now
 * @throws PgdbaError `state_unusable`; `lock_held` when another process keeps the lock; what `change` throws
 */
export async function updateState<T extends object>(
  path: string,
  format: StateFormat<T>,
  change: (before: T | undefined) => T,
  lockWaitMs?: number,
): Promise<T> {
  return writingState(path, async () => {
    await ensurePrivateFolder(dirname(path));
    return withFileLock(
      path,
      async (assertHeld) => {
        const before = await readState(path, format);
        const after = change(before);
        if (after === before) return after;
        await removeLeftovers(path);
        await writeAtomically(path, textOf(after), { beforeRename: assertHeld });
        return after;
      },
      lockWaitMs,
    );
  });
}

/**
 * What is in a state file; undefined when there is none.
 * @throws PgdbaError `state_unusable`, naming the file, when it cannot be read or is not its owner's word
 */
export async function readStateBytes(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      // State names commands that pgdba runs (password_command), so it must be its owner's word.
      if (((await file.stat()).mode & WRITABLE_BY_ALL) !== 0)
        throw new Error('anybody may write it; chmod 600 it');
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isRefusal(error, 'ENOENT')) return undefined;
    throw stateUnusable(path, reasonOf(error), error);
  }
}

/** The parser's own message would quote the text around the fault, which may be somebody's password. */
function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw stateUnusable(path, 'it is not JSON', error);
  }
}

function requireVersion(path: string, document: unknown, wanted: string): void {
  const found: unknown =
    document !== null && typeof document === 'object' && 'schema' in document && document.schema;
  if (found === wanted) return;
  const [name, version] = wanted.split('/');
  const [foundName, foundVersion] = typeof found === 'string' ? found.split('/') : [];
  if (foundName !== name) throw stateUnusable(path, `its schema is not ${wanted}`);
  throw Number(foundVersion) > Number(version)
    ? stateUnusable(path, `a newer pgdba wrote it (${String(found)}; this one knows ${wanted})`)
    : stateUnusable(path, `its schema ${String(found)} is not ${wanted}`);
}

function textOf(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** In the same folder, because only there a rename is atomic; fsync before and after, because a rename is no promise. */
async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  { mode = FILE_MODE, beforeRename }: { mode?: number; beforeRename?: () => void } = {},
): Promise<void> {
  const temporary = join(dirname(path), `${temporaryPrefix(path)}${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeSynced(temporary, content, mode);
    beforeRename?.();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

async function writeSynced(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes what was created, renamed or removed in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function temporaryPrefix(path: string): string {
  return `.${basename(path)}.`;
}

/** Temporary files of writers that were killed; under the lock nobody is writing one. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = temporaryPrefix(path);
  const leftovers = (await readdir(folder)).filter(
    (entry) => entry.startsWith(prefix) && entry.endsWith('.tmp'),
  );
  await Promise.all(leftovers.map((entry) => rm(join(folder, entry), { force: true })));
}
