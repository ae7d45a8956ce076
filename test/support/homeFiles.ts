import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What is another one in every run and on every server, and means nothing by itself. */
const INCIDENTAL: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>'],
  [/\b[0-9a-f]{12,64}\b/g, '<hex>'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)?/g, '<time>'],
  [/("(?:port|pid|process_start|system_identifier)": ?)"?\d+"?/g, '$1<number>'],
  [/\/[^"\s]*\/data\b/g, '<data>'],
];

/** All files under a folder and what is in them, in the order of their names, without what is incidental. */
export async function filesOf(folder: string): Promise<readonly (readonly [string, string])[]> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const plain = (text: string): string =>
    INCIDENTAL.reduce((told, [what, sign]) => told.replace(what, sign), text.replaceAll(folder, '<home>'));
  const files = names.map(async (name) => {
    const path = join(folder, name);
    const isFile = (await stat(path)).isFile();
    return [plain(name), isFile ? plain(textOf(await readFile(path))) : '<folder>'] as const;
  });
  return (await Promise.all(files)).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Of what was cut off in the middle, the bytes; they are not unpacked. */
function textOf(bytes: Buffer): string {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('utf8');
  try {
    // What is kept of a server differs from another in more than would mean something to a recovery, which never reads it.
    return `gzip of ${(JSON.parse(gunzipSync(bytes).toString('utf8')) as { schema: string }).schema}`;
  } catch {
    return 'gzip, torn';
  }
}
