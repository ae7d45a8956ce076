import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { asError, PgdbaError } from './core/errors.js';

type Stdin = Readable & { readonly isTTY?: boolean };

/** Documents are read whole; nothing that pgdba reads comes near it. */
const LARGEST_BYTES = 64 * 1024 ** 2;

/**
 * The text of a file, or of stdin for `-`.
 * @throws PgdbaError `invalid_input` when it cannot be read, is larger than 64 MiB or is not UTF-8
 */
export async function readInput(file: string, stdin: Stdin): Promise<string> {
  const bytes = await readInputBytes(file, stdin);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PgdbaError('invalid_input', `${nameOf(file)} is not UTF-8 text`, { cause: error });
  }
}

/** As {@link readInput}, whatever it holds. @throws PgdbaError `invalid_input` when it cannot be read or is too large */
export async function readInputBytes(file: string, stdin: Stdin): Promise<Buffer> {
  if (file === '-' && stdin.isTTY === true) {
    throw new PgdbaError('invalid_input', 'stdin is a terminal', {
      hint: 'Pipe the document in, or name a file.',
    });
  }
  const name = nameOf(file);
  const bytes = await (file === '-' ? readAll(stdin) : readFile(file)).catch((error: unknown) => {
    throw new PgdbaError('invalid_input', `${name} cannot be read: ${asError(error).message}`, {
      cause: error,
    });
  });
  if (bytes.length > LARGEST_BYTES) throw new PgdbaError('invalid_input', `${name} is larger than 64 MiB`);
  return bytes;
}

function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file;
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LARGEST_BYTES) break;
  }
  return Buffer.concat(chunks);
}
