import { findKeyword } from './keywords.js';
import { invalid } from './invalid.js';

/** Keyword → value as written; an empty value is a value. */
export type Settings = Map<string, string>;

const BLANK = /[ \t\n\v\f\r]/;

/**
 * Reads a conninfo string, as the manual's "libpq: Keyword/Value Connection Strings" has it. The parser is our own
 * because pg-connection-string, which pg brings along, knows URIs only.
 * @throws PgdbaError connection_string_invalid; its message never quotes a word that may be part of a password
 */
export function parseConninfo(text: string): Settings {
  const settings: Settings = new Map();
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const name = readName(text, at);
    at = skipBlanks(text, at + name.length);
    if (text[at] !== '=') throw invalid(missingEquals(name));
    at = skipBlanks(text, at + 1);
    const value = text[at] === "'" ? readQuoted(text, at + 1) : readBare(text, at);
    settings.set(...knownSetting(name, value.text));
    at = skipBlanks(text, value.next);
  }
  return settings;
}

/**
 * Returns the setting under the name that the rest of pgdba reads: `requiressl` is the old spelling of two sslmodes.
 * @throws PgdbaError connection_string_invalid for a keyword that libpq does not have
 */
export function knownSetting(keyword: string, value: string): [string, string] {
  if (keyword === 'requiressl') return ['sslmode', value.startsWith('1') ? 'require' : 'prefer'];
  if (findKeyword(keyword) === undefined) throw invalid(unknownKeyword(keyword));
  return [keyword, value];
}

/** A word in keyword position may be the second half of an unquoted password; only what looks like a keyword is shown. */
function unknownKeyword(keyword: string): string {
  return /^[a-z]+(_[a-z]+)*$/.test(keyword)
    ? `invalid connection option "${keyword}"`
    : 'invalid connection option in the connection string';
}

function missingEquals(name: string): string {
  return findKeyword(name) === undefined
    ? 'missing "=" after a word in the connection string; a value with spaces needs single quotes'
    : `missing "=" after "${name}" in the connection string`;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && BLANK.test(text.charAt(at))) at += 1;
  return at;
}

function readName(text: string, from: number): string {
  let at = from;
  while (at < text.length && text[at] !== '=' && !BLANK.test(text.charAt(at))) at += 1;
  return text.slice(from, at);
}

function readBare(text: string, from: number): { text: string; next: number } {
  let value = '';
  let at = from;
  while (at < text.length && !BLANK.test(text.charAt(at))) {
    if (text[at] === '\\') at += 1;
    value += text.charAt(at);
    at += 1;
  }
  return { text: value, next: at };
}

function readQuoted(text: string, from: number): { text: string; next: number } {
  let value = '';
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "'") return { text: value, next: at + 1 };
    if (text[at] === '\\') at += 1;
    value += text.charAt(at);
  }
  throw invalid('unterminated quoted string in the connection string');
}
