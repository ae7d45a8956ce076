import { asError, PgdbaError } from '../../core/errors.js';
import { isSettingName } from '../../core/setting/name.js';
import { validateRequest } from '../../generated/validateRequest.js';
import type { Request, RequestedChange } from './changeSet.js';
import type { RequestDocument } from './requestSchema.js';

/** A changeset of every parameter there is has less than a tenth of it. */
const LONGEST_DOCUMENT_BYTES = 4 * 1024 ** 2;

/**
 * What a changeset file asks for: a ChangeSet, an envelope of pgdba that holds one, or only
 * `{"parameters": [{"name": "work_mem", "new_value": "64MB"}]}`.
 * @throws PgdbaError `invalid_input`, which names the place
 */
export function parseRequest(text: string): Request {
  if (Buffer.byteLength(text) > LONGEST_DOCUMENT_BYTES) {
    throw invalid('the changeset is larger than 4 MiB');
  }
  const { document, place } = unwrapped(parseJson(text));
  if (!isRequest(document)) throw invalid(complaint(place));
  const changes = document.parameters.map((parameter, i) =>
    requestedChange(parameter, `${place}parameters[${String(i)}]`),
  );
  refuseDuplicates(changes, place);
  // A plan for a server that does not exist yet knows of no values that could have changed since.
  const isForNoServer = document.schema !== undefined && (document.fingerprint ?? null) === null;
  return {
    id: document.id ?? null,
    fingerprint: document.fingerprint ?? null,
    node: document.node ?? null,
    changes: isForNoServer ? changes.map(({ name, new_value }) => ({ name, new_value })) : changes,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new PgdbaError('invalid_input', `the changeset is not JSON: ${asError(error).message}`, {
      cause: error,
    });
  }
}

/** The changeset itself, and how its places are written: an envelope has it in data.changeset. */
function unwrapped(document: unknown): { readonly document: unknown; readonly place: string } {
  const data = propertyOf(document, 'data');
  if (data === undefined || propertyOf(document, 'parameters') !== undefined) return { document, place: '' };
  const changeSet = propertyOf(data, 'changeset');
  if (changeSet === undefined || changeSet === null) {
    throw invalid('the envelope holds no data.changeset');
  }
  return { document: changeSet, place: 'data.changeset.' };
}

function propertyOf(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function isRequest(document: unknown): document is RequestDocument {
  return validateRequest(document);
}

/** What the schema's check found first, with the place as a reader writes it: parameters[3].new_value. */
function complaint(prefix: string): string {
  // Of alternatives none of which fits, the last complaint is about all of them.
  const error = validateRequest.errors?.at(-1);
  const path = (error?.instancePath ?? '')
    .slice(1)
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.');
  const place = `${prefix}${path}`.replace(/\.$/, '') || 'the changeset';
  return `${place} ${faultOf(error?.keyword, error?.params ?? {}) ?? error?.message ?? 'is malformed'}`;
}

function faultOf(keyword: string | undefined, params: Readonly<Record<string, unknown>>): string | undefined {
  switch (keyword) {
    case 'required':
      return `has no ${String(params['missingProperty'])}`;
    case 'additionalProperties':
      return `has an unknown key ${quoted(String(params['additionalProperty']))}`;
    case 'anyOf':
      return 'must be text, a number, true, false or null';
    case 'minItems':
      return 'is empty: there is nothing to change';
    default:
      return undefined;
  }
}

type RequestedParameter = RequestDocument['parameters'][number];

function requestedChange(parameter: RequestedParameter, place: string): RequestedChange {
  const { name, new_value, old_value, old_line } = parameter;
  if (!isSettingName(name)) {
    throw invalid(`${place}.name is not a parameter’s name: ${quoted(name)}`);
  }
  return {
    name,
    new_value: new_value === null ? null : valueText(new_value, `${place}.new_value`),
    ...(old_value === undefined ? {} : { old_value }),
    ...(old_line === undefined ? {} : { old_line }),
  };
}

/** Everything but a tab that would not stay what it is on one line of postgresql.auto.conf. */
const UNWRITABLE = /[^\P{Cc}\t]/u;

function valueText(value: string | number | boolean, place: string): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') {
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      throw invalid(`${place} is a number too large to be exact: write it as text`);
    return String(value);
  }
  if (UNWRITABLE.test(value)) throw invalid(`${place} holds a line break or another control character`);
  if (/\p{Surrogate}/u.test(value)) throw invalid(`${place} holds half a character (a lone surrogate)`);
  return value;
}

/** Names are case-insensitive: the server would keep the later one. */
function refuseDuplicates(changes: readonly RequestedChange[], place: string): void {
  const seen = new Map<string, number>();
  for (const [i, { name }] of changes.entries()) {
    const first = seen.get(name.toLowerCase());
    if (first !== undefined) {
      const places = [first, i].map((at) => `${place}parameters[${String(at)}]`);
      throw invalid(`${name} is named twice: ${places.join(' and ')}`);
    }
    seen.set(name.toLowerCase(), i);
  }
}

const LONGEST_QUOTATION = 80;

function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTATION ? `${text.slice(0, LONGEST_QUOTATION)}…` : text);
}

function invalid(message: string): PgdbaError {
  return new PgdbaError('invalid_input', message, {
    hint: 'The smallest changeset is {"parameters": [{"name": "work_mem", "new_value": "64MB"}]}.',
  });
}
