import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readStateBytes, syncFolder } from './stateFile.js';
import { ensurePrivateFolder } from './stateFolder.js';
import { isRefusal, stateUnusable, writingState } from './stateUnusable.js';

const FILE_MODE = 0o600;
const NEWLINE = 0x0a;

/** What was found in a file of one JSON document a line. */
interface JsonLines {
  readonly documents: readonly unknown[];
  /** Up to where the file is whole: behind it is what a crash or a full disk left of the last line. */
  readonly wholeBytes: number;
}

/**
 * Reads a file of one JSON document a line; undefined when there is none. A last line that is torn, with or without
 * its newline, was never acknowledged and does not count.
 * @throws PgdbaError `state_unusable`, naming file and line, when another line is broken
 */
export async function readJsonLines(path: string): Promise<JsonLines | undefined> {
  const bytes = await readStateBytes(path);
  if (bytes === undefined) return undefined;
  const documents: unknown[] = [];
  let wholeBytes = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, wholeBytes)) {
    const document = documentOf(bytes.toString('utf8', wholeBytes, end));
    if (document === undefined && bytes.includes(NEWLINE, end + 1))
      throw stateUnusable(path, `line ${String(documents.length + 1)} is not JSON`);
    if (document === undefined) break;
    documents.push(document);
    wholeBytes = end + 1;
  }
  return { documents, wholeBytes };
}

/** What the line says; undefined when it is no JSON. */
function documentOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * A file of one JSON document a line, written by one process at a time. After a failed append (a full disk) the file
 * is cut back to its last whole line, at the latest before the next append.
 */
export class JsonLog {
  #isWhole = true;

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private wholeBytes: number,
  ) {}

  /** Makes the file with its first line; both are on disk. @throws PgdbaError `state_unusable`, also when there is one */
  static create(path: string, first: object): Promise<JsonLog> {
    return writingState(path, async () => {
      await ensurePrivateFolder(dirname(path));
      const log = new JsonLog(path, await open(path, 'wx', FILE_MODE), 0);
      try {
        await log.append(first);
        await syncFolder(dirname(path));
        return log;
      } catch (error) {
        await log.close();
        throw error;
      }
    });
  }

  /** Opens the file to go on behind `wholeBytes` (readJsonLines); what is there is cut off. @throws PgdbaError `state_unusable` */
  static open(path: string, wholeBytes: number): Promise<JsonLog> {
    return writingState(path, async () => {
      const log = new JsonLog(path, await open(path, 'r+'), wholeBytes);
      log.#isWhole = (await log.file.stat()).size === wholeBytes;
      return log;
    });
  }

  /** Writes a line and fsyncs it. @throws PgdbaError `state_unusable`; the line is then not in the file */
  async append(document: object): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(document)}\n`);
    await writingState(this.path, async () => {
      await this.#cutBack();
      this.#isWhole = false;
      try {
        await writeAll(this.file, line, this.wholeBytes);
        await this.file.sync();
      } catch (error) {
        await this.#cutBack().catch(() => undefined);
        throw error;
      }
      this.wholeBytes += line.length;
      this.#isWhole = true;
    });
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  async #cutBack(): Promise<void> {
    if (this.#isWhole) return;
    await this.file.truncate(this.wholeBytes);
    await this.file.sync();
    this.#isWhole = true;
  }
}

/** write() may take less than it was given, and says why only when asked for the rest. */
async function writeAll(file: FileHandle, bytes: Buffer, position: number | null): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await file.write(
      bytes,
      at,
      bytes.length - at,
      position === null ? null : position + at,
    );
    at += bytesWritten;
  }
}

/**
 * Appends a line to a file that many processes append to at once: each line goes out in one write to the end of the
 * file, which local file systems keep apart from any other. Behind what a crash left of a line it begins a new one.
 * @throws PgdbaError `state_unusable`
 */
export async function appendJsonLine(path: string, document: object): Promise<void> {
  await writingState(path, async () => {
    await ensurePrivateFolder(dirname(path));
    const isNew = await createIfMissing(path);
    const file = await open(path, constants.O_RDWR | constants.O_APPEND);
    try {
      const fresh = (await endsWithNewline(file)) ? '' : '\n';
      await writeAll(file, Buffer.from(`${fresh}${JSON.stringify(document)}\n`), null);
      await file.sync();
    } finally {
      await file.close();
    }
    if (isNew) await syncFolder(dirname(path));
  });
}

async function createIfMissing(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', FILE_MODE)).close();
    return true;
  } catch (error) {
    if (isRefusal(error, 'EEXIST')) return false;
    throw error;
  }
}

async function endsWithNewline(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, size - 1);
  return last[0] === NEWLINE;
}

const TAIL_BYTES = 4096;

/**
 * The last whole line of a file, without reading all of it; null when there is none within its last 4 KiB, undefined
 * when there is no file.
 */
export async function lastJsonLine(path: string): Promise<unknown> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
      await file.read(tail, 0, tail.length, size - tail.length);
      const text = tail.toString('utf8');
      const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
      return documentOf(lines.at(-2) ?? '') ?? null;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isRefusal(error, 'ENOENT')) return undefined;
    throw stateUnusable(path, String(error), error);
  }
}
