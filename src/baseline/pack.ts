import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { createGzip, gunzip } from 'node:zlib';

/** Node holds no longer text; what unpacks to more was not written by pgdba. */
const LARGEST_TEXT_BYTES = 512 * 1024 ** 2;
const GZIP_MAGIC = [0x1f, 0x8b];

/** The text in gzip's format, piece by piece, so that it is never held as a whole. */
export async function packed(pieces: Iterable<string>): Promise<Buffer> {
  const gzip = createGzip();
  const chunks: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = once(gzip, 'end');
  for (const piece of pieces) if (!gzip.write(piece)) await once(gzip, 'drain');
  gzip.end();
  await ended;
  return Buffer.concat(chunks);
}

/** The text of a file, whether it is in gzip's format or not. @throws Error of zlib; TypeError for what is not UTF-8 */
export async function unpacked(bytes: Buffer): Promise<string> {
  const isPacked = GZIP_MAGIC.every((byte, i) => bytes[i] === byte);
  const plain = isPacked ? await promisify(gunzip)(bytes, { maxOutputLength: LARGEST_TEXT_BYTES }) : bytes;
  return new TextDecoder('utf-8', { fatal: true }).decode(plain);
}

/** In hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** How deep a document is taken apart: sections, their samples, the views of these. */
const DEPTH = 4;

/** The JSON of a value, an element of a list or of an outer object at a time; keys that hold undefined are left out. */
export function* jsonPieces(value: unknown, depth = DEPTH): Generator<string> {
  if (depth === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) {
    yield* Array.isArray(value) ? listPieces(value) : [JSON.stringify(value)];
    return;
  }
  let before = '{';
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* jsonPieces(inner, depth - 1);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

/** So many elements of a list make one piece. */
const AT_ONCE = 256;

function* listPieces(list: readonly unknown[]): Generator<string> {
  for (let at = 0; at < list.length; at += AT_ONCE) {
    const text = JSON.stringify(list.slice(at, at + AT_ONCE));
    yield `${at === 0 ? '[' : ','}${text.slice(1, -1)}`;
  }
  yield list.length === 0 ? '[]' : ']';
}
