import { randomInt } from 'node:crypto';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of pg_control that may hold its checksum; the rest of the file is zeros. */
const CONTROL_BYTES = 512;
/** Where the first page of a WAL file names the system: behind magic, info, timeline, address and remaining length. */
const IDENTIFIER_IN_WAL = 24;

/**
 * Gives a data directory that initdb made, and that no server ever ran on, another system identifier, as a second run
 * of initdb would have: in pg_control, under a new checksum, and in the one WAL file.
 * @throws Error when they do not look as initdb leaves them
 */
export async function giveOwnIdentifier(dataDirectory: string): Promise<void> {
  const identifier = newIdentifier();
  const control = await change(join(dataDirectory, 'global', 'pg_control'), CONTROL_BYTES, (bytes) => {
    const at = checksumPlace(bytes);
    const before = bytes.readBigUInt64LE(0);
    bytes.writeBigUInt64LE(identifier, 0);
    bytes.writeUInt32LE(crc32c(bytes.subarray(0, at)), at);
    return before;
  });
  const folder = join(dataDirectory, 'pg_wal');
  const [file, ...others] = (await readdir(folder)).filter((name) => /^[0-9A-F]{24}$/.test(name));
  if (file === undefined || others.length > 0) throw new Error(`${folder} does not hold one WAL file`);
  await change(join(folder, file), IDENTIFIER_IN_WAL + 8, (bytes) => {
    if (bytes.readBigUInt64LE(IDENTIFIER_IN_WAL) !== control) throw new Error(`${file} is of another system`);
    bytes.writeBigUInt64LE(identifier, IDENTIFIER_IN_WAL);
  });
}

/** Made like PostgreSQL's own: the time in seconds, and below it what tells two of one second apart. */
function newIdentifier(): bigint {
  return (BigInt(Math.floor(Date.now() / 1000)) << 32n) | BigInt(randomInt(2 ** 32));
}

/** Where pg_control's checksum lies, which differs by major: behind the bytes that it is the checksum of. */
function checksumPlace(bytes: Buffer): number {
  for (let at = 64; at + 4 <= bytes.length; at += 4) {
    if (bytes.readUInt32LE(at) === crc32c(bytes.subarray(0, at))) return at;
  }
  throw new Error('pg_control has no checksum');
}

/** CRC-32C (Castagnoli), bit by bit. */
function crc32c(bytes: Buffer): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f6_3b78 : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

/** Changes the first bytes of a file in place. */
async function change<T>(path: string, length: number, edit: (bytes: Buffer) => T): Promise<T> {
  const file: FileHandle = await open(path, 'r+');
  try {
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, 0);
    const result = edit(buffer);
    await file.write(buffer, 0, length, 0);
    return result;
  } finally {
    await file.close();
  }
}
