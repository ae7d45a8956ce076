import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { asError, PgdbaError } from './core/errors.js';

/** Documents are read whole; nothing that pgdba reads comes near it. */
const LARGEST_BYTES = 64 * 1024 ** 2;

/**
 * The text of a file, or of stdin for `-`.
 * @throws PgdbaError `invalid_input` when it cannot be read, is larger than 64 MiB or is not UTF-8
 */
export async function readInput(
  file: string,
  stdin: Readable & { readonly isTTY?: boolean },
): Promise<string> {
  if (file === '-' && stdin.isTTY === true) {
    throw new PgdbaError('invalid_input', 'stdin is a terminal', {
      hint: 'Pipe the document in, or name a file.',
    });
  }
  const name = file === '-' ? 'stdin' : file;
  const bytes = await (file === '-' ? readAll(stdin) : readFile(file)).catch((error: unknown) => {
    throw new PgdbaError('invalid_input', `${name} cannot be read: ${asError(error).message}`, {
      cause: error,
    });
  });
  if (bytes.length > LARGEST_BYTES) throw new PgdbaError('invalid_input', `${name} is larger than 64 MiB`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PgdbaError('invalid_input', `${name} is not UTF-8 text`, { cause: error });
  }
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
