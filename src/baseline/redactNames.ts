import type { Baseline } from './document.js';
import type { Pseudonym } from './pseudonyms.js';
import { FREE_TEXT_KEYS, PUBLIC_KEYS, PUBLIC_SETTINGS, PUBLIC_WORDS } from './publicWords.js';
import { redactQuery } from './redactQuery.js';

const REDACTED = '(redacted)';

/** Numbers with or without a unit, times, WAL positions, switches: texts that name nothing. */
const NAMES_NOTHING =
  /^(?:-?\d+(?:\.\d+)? ?(?:B|kB|MB|GB|TB|us|ms|s|min|h|d|%)?|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)|[\dA-F]{1,8}\/[\dA-F]{1,8}|\d+:\d+|)$/;
/** `fillfactor=80`, as storage options are written. */
const OPTION = /^[a-z_.]+=(?:-?\d+(?:\.\d+)?|on|off|true|false|auto)$/;
const PART = /"(?:[^"]|"")+"|[^".]+/y;

/** Lists of rows about settings, whose names are PostgreSQL’s or an extension’s. */
const ABOUT_SETTINGS = new Set([
  'pg_settings',
  'pg_file_settings',
  'pg_db_role_setting',
  'recommendations',
  'refused',
]);
/** Lists of rows whose names are those of extensions, caches and libraries. */
const PUBLICLY_NAMED = new Set(['pg_extension', 'pg_stat_slru']);

type Document = Readonly<Record<string, unknown>>;

/**
 * The baseline with pseudonyms in place of the names of databases, schemas, relations, columns, functions, roles, slots,
 * applications, addresses, files and of whatever else is a text and not known to be public; free texts are left out.
 * Numbers, times and what the cluster is told by stay, so that baselines can be compared all the same. Pure.
 */
export function redactNames(baseline: Baseline, pseudonym: Pseudonym): Baseline {
  const { sections, analyses, cluster, ...rest } = baseline;
  return {
    ...rest,
    redacted: true,
    cluster: redacted(cluster, 'cluster', 'cluster', pseudonym) as Baseline['cluster'],
    sections: redactedIn(sections, pseudonym),
    analyses: redactedIn(analyses, pseudonym),
  };
}

function redactedIn(values: Document, pseudonym: Pseudonym): Document {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, redacted(value, name, name, pseudonym)]),
  );
}

/** @param list the view or list that the value is in @param key what the value is called */
function redacted(value: unknown, list: string, key: string, pseudonym: Pseudonym): unknown {
  if (typeof value === 'string') return redactedText(value, key, pseudonym);
  if (Array.isArray(value)) {
    if (FREE_TEXT_KEYS.has(key)) return [];
    return value.map((item: unknown) => redacted(item, list, key, pseudonym));
  }
  if (typeof value !== 'object' || value === null) return value;
  const row = value as Document;
  const open = Object.entries(row).map(([name, inner]) => {
    const inside = name !== 'rows' && (Array.isArray(inner) || isSample(inner)) ? name : list;
    return [name, kept(row, list, name) ? inner : redacted(inner, inside, name, pseudonym)] as const;
  });
  const done = Object.fromEntries(open);
  return isFinding(row) ? { ...done, id: findingId(done) } : done;
}

/** A sample of a view: what is in its rows is told by the view’s name. */
function isSample(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'rows' in value;
}

function kept(row: Document, list: string, key: string): boolean {
  if (ABOUT_SETTINGS.has(list)) {
    const { name, vartype } = row;
    if (key === 'name') return typeof name === 'string' && !name.includes('.');
    if (key === 'current' || key === 'recommended') return true;
    if (vartype !== undefined && vartype !== 'string' && VALUE_KEYS.has(key)) return true;
    return VALUE_KEYS.has(key) && typeof name === 'string' && PUBLIC_SETTINGS.has(name);
  }
  if (key === 'name') return PUBLICLY_NAMED.has(list) || row['type'] === 'setting' || isThreshold(row);
  return false;
}

/** What a rule of check calls a number of its own. */
function isThreshold(row: Document): boolean {
  return 'meaning' in row && 'unit' in row;
}

const VALUE_KEYS = new Set(['setting', 'boot_val', 'reset_val', 'value']);

function redactedText(text: string, key: string, pseudonym: Pseudonym): string {
  if (PUBLIC_KEYS.has(key) || NAMES_NOTHING.test(text) || PUBLIC_WORDS.has(text) || OPTION.test(text))
    return text;
  if (key === 'query' || key.endsWith('_query')) return redactQuery(text, pseudonym);
  return FREE_TEXT_KEYS.has(key) ? REDACTED : redactedName(text, pseudonym);
}

/** `schema.table` as SQL writes it keeps its parts, so that it is still made of the pseudonyms of the two. */
function redactedName(name: string, pseudonym: Pseudonym): string {
  const parts = partsOf(name);
  return parts.map((part) => (PUBLIC_WORDS.has(part) ? part : pseudonym(part))).join('.');
}

/** The names that a text is made of, without their quotes; the text itself when it is not written so. */
function partsOf(name: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < name.length; at++) {
    PART.lastIndex = at;
    const part = PART.exec(name)?.[0];
    if (part === undefined) return [name];
    parts.push(part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part);
    at += part.length;
    if (at < name.length && name[at] !== '.') return [name];
  }
  return parts;
}

/** A finding’s id is made of its rule and its object. */
function isFinding(row: Document): boolean {
  return typeof row['rule'] === 'string' && typeof row['object'] === 'object' && row['object'] !== null;
}

function findingId({ rule, object }: Document): string {
  const { type, name } = object as { readonly type: string; readonly name: string };
  return [rule, type, name].join(':');
}
