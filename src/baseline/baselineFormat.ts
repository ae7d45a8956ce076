import { stateOf, type StateFormat } from '../core/stateFile.js';
import { stateUnusable } from '../core/stateUnusable.js';
import { validateBaseline } from '../generated/validateBaseline.js';
import { validateBaselineHead } from '../generated/validateBaselineHead.js';
import { validateBaselineSlim } from '../generated/validateBaselineSlim.js';
import { BASELINE_VERSION, type Baseline } from './document.js';
import { HEAD_VERSION, type BaselineHead } from './head.js';
import { unpacked } from './pack.js';
import { SLIM_VERSION, type SlimFile } from './slimFile.js';

/** What the files of a baseline hold: the document, its head, and its slim. */
export const DOCUMENT: StateFormat<Baseline> = {
  schema: BASELINE_VERSION,
  accepts: (document): document is Baseline => validateBaseline(document),
  errors: () => validateBaseline.errors,
};

export const HEAD: StateFormat<BaselineHead> = {
  schema: HEAD_VERSION,
  accepts: (document): document is BaselineHead => validateBaselineHead(document),
  errors: () => validateBaselineHead.errors,
};

export const SLIM: StateFormat<SlimFile> = {
  schema: SLIM_VERSION,
  accepts: (document): document is SlimFile => validateBaselineSlim(document),
  errors: () => validateBaselineSlim.errors,
};

/**
 * The document that the bytes of a file hold, packed or not.
 * @throws PgdbaError `state_unusable`, naming the file
 */
export async function documentIn<T>(path: string, bytes: Buffer, format: StateFormat<T>): Promise<T> {
  return stateOf(path, await jsonIn(path, bytes), format);
}

/** The parsers' own words would quote the text around the fault. */
async function jsonIn(path: string, bytes: Buffer): Promise<unknown> {
  if (bytes.length === 0) throw stateUnusable(path, 'it is empty');
  let text: string;
  try {
    text = await unpacked(bytes);
  } catch (error) {
    throw stateUnusable(path, 'it is cut off, or no gzip of a text', error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw stateUnusable(path, 'it is not JSON', error);
  }
}
