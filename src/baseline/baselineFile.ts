import { PgdbaError } from '../core/errors.js';
import { DOCUMENT } from './baselineFormat.js';
import type { Baseline } from './document.js';
import { BASELINE_VERSION } from './document.js';
import { unpacked } from './pack.js';

/**
 * The baseline that a file holds: a document as --out wrote it or as the store keeps it, or the envelope that
 * `pgdba baseline` printed, whose views may have been cut by --limit and say so.
 * @param name of the file, for messages
 * @throws PgdbaError `invalid_input`, which names the place
 */
export async function parseBaseline(name: string, bytes: Buffer): Promise<Baseline> {
  return baselineIn(name, await parsed(name, bytes));
}

/** As {@link parseBaseline}, of what JSON has made of a file. @throws PgdbaError `invalid_input` */
export function baselineIn(name: string, whole: unknown): Baseline {
  const document = dataOf(whole);
  if (DOCUMENT.accepts(document)) return document;
  const [first] = DOCUMENT.errors() ?? [];
  const place = first === undefined ? '' : `: ${first.instancePath} ${first.message ?? ''}`;
  throw invalid(
    `${name} holds no baseline${isNewer(document) ? ' that this version of pgdba knows' : place}`,
  );
}

/** Whether the bytes hold a baseline, so that nothing else needs to be tried. */
export function looksLikeBaseline(document: unknown): boolean {
  const schema = isObject(document) ? (dataOf(document) as { schema?: unknown }).schema : undefined;
  return typeof schema === 'string' && schema.startsWith(`${NAME}/`);
}

const [NAME] = BASELINE_VERSION.split('/') as [string];

function isNewer(document: unknown): boolean {
  return looksLikeBaseline(document) && (document as { schema: string }).schema !== BASELINE_VERSION;
}

/** Of an envelope its data. */
function dataOf(document: unknown): unknown {
  if (!isObject(document) || !isObject(document['data'])) return document;
  return document['data'];
}

async function parsed(name: string, bytes: Buffer): Promise<unknown> {
  const text = await textIn(name, bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`${name} is not JSON`, error);
  }
}

/** The text of a file, packed or not. @throws PgdbaError `invalid_input` */
export async function textIn(name: string, bytes: Buffer): Promise<string> {
  try {
    return (await unpacked(bytes)).replace(/^\uFEFF/, '');
  } catch (error) {
    throw invalid(`${name} is cut off, or no text and no gzip of one`, error);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string, cause?: unknown): PgdbaError {
  return new PgdbaError('invalid_input', message, {
    cause,
    hint: 'pgdba baseline --out FILE writes one.',
  });
}
