import { commentsOf, literalAt, matchAt, quotesAt, type CommentEnd, type Span } from './sqlScan.js';

/** What stands where a secret stood. */
const MASKED = '********';

/** A place to mask, and what is written there. */
interface Mask extends Span {
  readonly written: string;
}

/** A name that ends like this names a secret; the whole name decides how sure that is. */
const SECRET_NAME =
  /(?:password|passwd|passphrase|passfile|secret|secret_key|access_key|api_?key|token|scram_(?:client|server)_key)(?![\w$])/gi;

/** Names that are nothing but secrets in a conninfo string, so that their value needs no quotes to be recognised. */
const CONNINFO_NAME =
  /^(?:(?:ssl)?password|passwd|passfile|pgpassword|oauth_client_secret|scram_(?:client|server)_key)$/i;

const MIGHT_HOLD_SECRET = /pass|secret|_key|apikey|token|:\/\//i;

/**
 * The text with every password masked: of role, user-mapping, subscription and dblink statements, and of connection
 * strings and URIs anywhere in it. pg_stat_statements and pg_stat_activity keep such statements verbatim, cut off
 * anywhere; half a secret is masked too. When in doubt it masks.
 */
export function maskSecrets(text: string): string {
  if (!MIGHT_HOLD_SECRET.test(text)) return text;
  return withMasks(text, [...uriPasswords(text), ...namedSecrets(text)]);
}

/** Settings whose value is a secret as a whole, whatever it looks like. */
const SECRET_SETTING =
  /(?:^|[._])(?:password|passwd|passphrase|secret|secret_key|api_key|access_key|token)(?:$|[._])/i;

/** PostgreSQL's own settings that only speak of secrets. */
const NO_SECRET_SETTING = new Set([
  'md5_password_warnings',
  'password_encryption',
  'ssl_passphrase_command_supports_reload',
]);

/** A setting's value as it may be shown. */
export function maskSetting(name: string, value: string): string {
  if (value !== '' && SECRET_SETTING.test(name) && !NO_SECRET_SETTING.has(name)) return MASKED;
  return maskSecrets(value);
}

/** Whether a secret was masked in the text. */
export function isMasked(text: string): boolean {
  return text.includes(MASKED);
}

function withMasks(text: string, masks: readonly Mask[]): string {
  let shown = '';
  let at = 0;
  for (const mask of [...masks].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (mask.start >= at) shown += text.slice(at, mask.start) + mask.written;
    at = Math.max(at, mask.end);
  }
  return shown + text.slice(at);
}

/** What is written after ://, up to the next URI; a quote may be part of it as in "it's". */
const URI_WORD = /(?:[^\s'"]|'(?=\w))*?(?=:\/\/|'(?!\w)|[\s"]|$)/y;

/** What follows the colon when that is the host's. */
const PORT = /^\d*(?:[,/?#]|$)/;

/**
 * scheme://user:password@host. The password reaches to the last @ of the word, because people forget to encode the
 * ones in it.
 */
function* uriPasswords(text: string): Generator<Mask> {
  for (const { index } of text.matchAll(/(?<=[a-z0-9+.-]):\/\//gi)) {
    const start = index + 3;
    const word = matchAt(URI_WORD, text, start) ?? '';
    const colon = word.search(/[:/@?#[]/);
    if (word[colon] !== ':') continue;
    const at = word.lastIndexOf('@');
    const isCutOff =
      /^'?$/.test(text.slice(start + word.length, start + word.length + 2)) &&
      !PORT.test(word.slice(colon + 1));
    const end = at > colon ? at : isCutOff ? word.length : 0;
    if (end > 0) yield { start: start + colon + 1, end: start + end, written: MASKED };
  }
}

/** Values that follow the name of a secret, in SQL, JSON, conninfo strings, URIs and command lines. */
function* namedSecrets(text: string): Generator<Mask> {
  const skipGap = gapsOf(text, commentsOf(text));
  let bareUntil = 0;
  for (const found of text.matchAll(SECRET_NAME)) {
    const name = nameEndingAt(text, found.index + found[0].length);
    const value = valueAfter(text, name, skipGap);
    if (value === undefined) continue;
    const mask =
      quotedSecret(text, value, skipGap) ??
      (value.at < bareUntil ? undefined : bareSecret(text, name, value));
    if (mask === undefined) continue;
    yield mask;
    if (mask.end === text.length) return;
    // Quotes may be understood in more than one way: what a mask covers is searched for further names as well.
    if (mask.written === MASKED) bareUntil = mask.end;
  }
}

function nameEndingAt(text: string, end: number): Span {
  let start = end;
  while (/[\w$]/.test(text.charAt(start - 1))) start--;
  return { start, end };
}

/** Where a value stands that a name is followed by. */
interface Value {
  readonly at: number;
  readonly operator: string;
  /** No white space around the operator. */
  readonly isGlued: boolean;
}

/** Of a dotted name such as 'app.token'; beyond that nobody looks for its quote. */
const LONGEST_PREFIX = 128;

const OPERATOR = /:=|=>|=|:(?!:)|to(?![\w$])/iy;

function valueAfter(text: string, name: Span, skipGap: (at: number) => number): Value | undefined {
  let { start } = name;
  const farthest = start - LONGEST_PREFIX;
  while (start > farthest && /[\w$.]/.test(text.charAt(start - 1))) start--;
  const isSqlString = text.charAt(start - 1) === "'" && text.charAt(name.end) === "'";
  const closing = isSqlString ? "'" : (matchAt(/\\*"/y, text, name.end) ?? '');
  const afterName = skipGap(name.end + closing.length);
  // 'password', 'x' are two arguments of a function that makes a pair of them.
  const operator = matchAt(OPERATOR, text, afterName) ?? (isSqlString && text[afterName] === ',' ? ',' : '');
  const at = skipGap(afterName + operator.length);
  // Outside of JSON a colon and a name are prose.
  if (operator === ':' && closing === '') return undefined;
  return { at, operator, isGlued: at === name.end + operator.length };
}

/** Skips white space and comments, in whatever order; where it got to is remembered for whoever comes by later. */
function gapsOf(text: string, commentEnd: CommentEnd): (from: number) => number {
  const known = new Map<number, number>();
  return (from) => {
    const passed: number[] = [];
    let at = from;
    for (;;) {
      at += matchAt(/\s*/y, text, at)?.length ?? 0;
      const next = known.get(at) ?? commentEnd(at);
      if (next === undefined || next === at) break;
      passed.push(at);
      at = next;
    }
    for (const place of passed) known.set(place, at);
    return at;
  };
}

function quotedSecret(text: string, value: Value, skipGap: (at: number) => number): Mask | undefined {
  const literal = literalAt(text, value.at);
  if (literal !== undefined) return maskedLiteral(text, literal, value.operator, skipGap);
  const escaped = matchAt(/\\+'|\\*"/y, text, value.at);
  if (escaped === undefined || (escaped.endsWith('"') && value.operator !== ':')) return undefined;
  const end =
    escaped === '"' ? jsonStringEnd(text, value.at) : closedBy(escaped, text, value.at + escaped.length);
  return { start: value.at, end, written: `${escaped}${MASKED}${escaped}` };
}

function maskedLiteral(text: string, literal: Span, operator: string, skipGap: (at: number) => number): Mask {
  const { start } = literal;
  const isDoubled = quotesAt(text, start) === 2;
  if (isDoubled && literal.end === start + 2) return { ...literal, written: "''" };
  let { end } = literal;
  if (operator === '=') end = Math.max(end, conninfoEnd(text, start));
  // 'ALTER ROLE x PASSWORD ' || 'secret': what looks like the literal is what stands between two.
  if (/^'\s*\|\|/.test(text.slice(start, start + 40))) end = literalAt(text, end - 1)?.end ?? end;
  const written = isDoubled ? `''${MASKED}''` : `'${MASKED}'`;
  return { start, end: continued(text, end, skipGap), written };
}

/** 'sec' 'ret' on two lines is one literal. */
function continued(text: string, end: number, skipGap: (at: number) => number): number {
  let at = end;
  for (;;) {
    const next = skipGap(at);
    if (text.charAt(next) !== "'" || !text.slice(at, next).includes('\n')) return at;
    at = literalAt(text, next)?.end ?? next;
  }
}

/** In a conninfo string a backslash keeps a quote from closing the value. */
function conninfoEnd(text: string, quote: number): number {
  if (text.charAt(quote) !== "'" || text.charAt(quote + 1) === "'") return 0;
  for (let at = quote + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === "'") return at + 1;
  }
  return text.length;
}

function closedBy(quote: string, text: string, from: number): number {
  const close = text.indexOf(quote, from);
  return close < 0 ? text.length : close + quote.length;
}

function jsonStringEnd(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return Math.min(end + 1, text.length);
}

/** A value without quotes. A quote ends it, unless it is doubled or a letter follows it as in "it's". */
const BARE = /(?:[^\s'"\\]|\\[\s\S]|''|'(?=\w))+/y;
const BARE_IN_URI = /(?:[^\s'"\\&]|\\[\s\S]|''|'(?=\w))+/y;
/** Parameters and words that are no password stay: the statement says more with them. */
const NO_SECRET = /^(?:\$\d+(?:::[\w.]+)?|null|default)[,;)]*$/i;

function bareSecret(text: string, name: Span, { at, operator, isGlued }: Value): Mask | undefined {
  if (operator !== '=' || !(isGlued || CONNINFO_NAME.test(text.slice(name.start, name.end))))
    return undefined;
  const pattern = /[?&]/.test(text.charAt(name.start - 1)) ? BARE_IN_URI : BARE;
  const value = matchAt(pattern, text, at);
  if (value === undefined || NO_SECRET.test(value)) return undefined;
  return { start: at, end: at + value.length, written: MASKED };
}
