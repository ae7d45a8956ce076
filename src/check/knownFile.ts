import { readFile } from 'node:fs/promises';
import { asError, PgdbaError } from '../core/errors.js';
import { closedObject, oneOf, Type, type Static } from '../core/schema.js';
import { writeDocument } from '../core/stateFile.js';
import { validateKnownFile } from '../generated/validateKnownFile.js';
import type { Finding } from './checkData.js';

const VERSION = 'pgdba.known/1';

/** Findings that somebody has taken note of: a file that lies beside the code and is read by people, too. */
export const knownFileSchema = closedObject({
  schema: oneOf([VERSION], 'version of this file'),
  findings: Type.Array(
    closedObject({
      id: Type.String(),
      title: Type.String({ description: 'for people; not compared' }),
    }),
  ),
});
type KnownFile = Static<typeof knownFileSchema>;

/** Title of each known finding, by its id. */
export type Known = ReadonlyMap<string, string>;

/**
 * What the file holds.
 * @param mayBeMissing whether no file is as good as an empty one
 * @throws PgdbaError `invalid_input` when it cannot be read or does not fit
 */
export async function readKnown(path: string, mayBeMissing: boolean): Promise<Known> {
  let document: unknown;
  try {
    document = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && mayBeMissing) return new Map();
    throw new PgdbaError('invalid_input', `${path} cannot be read: ${asError(error).message}`, {
      cause: error,
      ...(isMissing ? { hint: '--update-known makes it.' } : {}),
    });
  }
  if (!isKnownFile(document)) {
    const [first] = validateKnownFile.errors ?? [];
    throw new PgdbaError(
      'invalid_input',
      `${path} is no file of known findings: ${first?.instancePath ?? ''} ${first?.message ?? ''}`,
    );
  }
  return new Map(document.findings.map(({ id, title }) => [id, title]));
}

function isKnownFile(document: unknown): document is KnownFile {
  return validateKnownFile(document);
}

/**
 * Writes the findings of now, in the order of their ids, so that the file's history shows what changed.
 * @param kept what was known before and could not be looked at now
 * @throws PgdbaError `output_unwritable`
 */
export async function writeKnown(path: string, findings: readonly Finding[], kept: Known): Promise<void> {
  const all = new Map([...kept, ...findings.map(({ id, title }) => [id, title] as const)]);
  const rows = [...all].map(([id, title]) => ({ id, title })).sort((a, b) => (a.id < b.id ? -1 : 1));
  const file: KnownFile = { schema: VERSION, findings: rows };
  await writeDocument(path, `${JSON.stringify(file, null, 2)}\n`);
}
