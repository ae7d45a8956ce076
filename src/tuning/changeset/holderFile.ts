import { createHash, randomBytes } from 'node:crypto';
import { link, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { readStateBytes, stateOf, type StateFormat } from '../../core/stateFile.js';
import { isRefusal, stateUnusable } from '../../core/stateUnusable.js';
import { validateLockHolder } from '../../generated/validateLockHolder.js';
import { LOCK_VERSION, type LockHolder } from './lockSchema.js';

const FORMAT: StateFormat<LockHolder> = {
  schema: LOCK_VERSION,
  accepts: (document): document is LockHolder => validateLockHolder(document),
  errors: () => validateLockHolder.errors,
};

/** A holder's document that is on disk under a name of its own, ready to become the lock. */
export interface HolderFile {
  readonly holder: LockHolder;
  readonly token: string;
  readonly path: string;
  /** Leads to the document under whatever name it has by then, and to no other. */
  readonly file: FileHandle;
  /** Where in it the time of the heartbeat begins. */
  readonly heartbeatAt: number;
}

/**
 * The holder that a file names; undefined when there is no file.
 * @throws PgdbaError `state_unusable`, naming the file
 */
export async function readHolder(path: string): Promise<LockHolder | undefined> {
  const bytes = await readStateBytes(path);
  if (bytes === undefined) return undefined;
  const document = parsed(path, bytes.toString('utf8'));
  return stateOf(path, { schema: LOCK_VERSION, ...document }, FORMAT);
}

function parsed(path: string, text: string): object {
  try {
    const document: unknown = JSON.parse(text, (key, value: unknown) =>
      // Whoever else writes such a file may count a start in ticks.
      key === 'process_start' && typeof value === 'number' ? String(value) : value,
    );
    if (document !== null && typeof document === 'object' && !Array.isArray(document)) return document;
  } catch (error) {
    throw stateUnusable(path, 'it is not JSON', error);
  }
  throw stateUnusable(path, 'it is no JSON object');
}

/** Tells one taking of the lock from every other. */
export function tokenOf(holder: LockHolder): string {
  const { token, changeset_id, pid, process_start, boot_id, host, operation, started_at } = holder;
  if (token !== undefined) return token;
  const parts = JSON.stringify([changeset_id, pid, process_start, boot_id, host, operation, started_at]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 32);
}

const HEARTBEAT_KEY = '"heartbeat_at": "';

/** Writes the document of a holder-to-be into the folder. @throws node's errors */
export async function prepareHolder(
  folder: string,
  who: Omit<LockHolder, 'schema' | 'token'>,
): Promise<HolderFile> {
  const token = randomBytes(16).toString('hex');
  const holder: LockHolder = { schema: LOCK_VERSION, ...who, token };
  const text = Buffer.from(`${JSON.stringify(holder, null, 2)}\n`);
  const path = join(folder, `.lock.${token}.tmp`);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await discardHolder(path, file);
    throw error;
  }
  const heartbeatAt = text.indexOf(HEARTBEAT_KEY) + HEARTBEAT_KEY.length;
  return { holder, token, path, file, heartbeatAt };
}

/** Takes away what was prepared; the document lives on under the names it was linked to. */
export async function discardHolder(path: string, file: FileHandle): Promise<void> {
  await file.close().catch(() => undefined);
  await rm(path, { force: true }).catch(() => undefined);
}

/**
 * Puts the document there under this name, as a whole, unless there is one.
 * @returns whether it is ours that is there now
 * @throws node's errors, as of a file system without hard links
 */
export async function linkHolder(mine: HolderFile, path: string): Promise<boolean> {
  try {
    await link(mine.path, path);
  } catch (error) {
    if (!isRefusal(error, 'EEXIST')) throw error;
    // Over NFS the answer to a link that was made may be lost, and the second try finds it.
    const found = await readHolder(path);
    return found !== undefined && tokenOf(found) === mine.token;
  }
  return true;
}

/**
 * Says in the document that its holder lives. The time is written over the old one of the same length, in the file
 * that was opened before it became the lock: a rename would put it over the document of whoever took the lock over.
 */
export async function beat(mine: HolderFile, now: Date): Promise<void> {
  await mine.file.write(now.toISOString(), mine.heartbeatAt, 'utf8');
}
