import { isKeyWord } from '../../core/identifier.js';
import { openingOf, type Token, tokensOf } from './tokens.js';

/** A change to a normalized text, so that the server can read it again. */
export interface Rewrite {
  readonly rule: 'typed_constant' | 'extract' | 'ambiguous_operator' | 'unknown_type';
  /** What stood there, and what stands there now. */
  readonly from: string;
  readonly to: string;
}

/** A text with its changes. */
export interface Rewritten {
  readonly text: string;
  readonly rewrites: readonly Rewrite[];
}

/** A change at its place. */
interface Edit extends Rewrite {
  readonly start: number;
  readonly end: number;
}

/** Type names that are key words, which may stand before a literal. */
const TYPE_WORDS = new Set(
  (
    'bigint bit boolean char character dec decimal float int integer interval json national nchar numeric precision ' +
    'real smallint time timestamp varchar varying'
  ).split(' '),
);

/** Key words that PostgreSQL takes as names elsewhere, and after which an expression may stand. */
const BEFORE_EXPRESSION = new Set(
  (
    'by zone escape rows range groups first next value key path passing document content matched set return percent ' +
    'at cube rollup sets preceding following nothing over'
  ).split(' '),
);

/** Of `double precision`, `timestamp with time zone` and the like: words that belong to the name before them. */
const TYPE_TAILS = new Set(['precision', 'varying', 'zone', 'character', 'char']);
const TYPE_MIDDLES = new Set([
  'with',
  'without',
  'time',
  'double',
  'national',
  'character',
  'timestamp',
  'char',
  'nchar',
]);

/**
 * Makes what pg_stat_statements wrote plannable again: constants that had their type before them (`interval $1`,
 * `date $1`, `timestamp(3) $1`, `app.mood $1`) become casts, and `extract($1 FROM x)` the function behind it. No other
 * text holds a parameter there, because PostgreSQL's grammar does not allow it.
 * @param major of the server: extract() was date_part() before 14
 */
export function rewriteNormalized(text: string, major: number): Rewritten {
  const tokens = tokensOf(text);
  const edits = tokens.flatMap((token, at) =>
    token.kind === 'parameter'
      ? (typedConstant(text, tokens, at) ?? extraction(text, tokens, at, major) ?? [])
      : [],
  );
  return apply(text, edits);
}

/** Writes the edits into the text, last first. */
export function apply(text: string, edits: readonly Edit[]): Rewritten {
  const written = [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((shown, { start, end, to }) => shown.slice(0, start) + to + shown.slice(end), text);
  return { text: written, rewrites: edits.map(({ rule, from, to }) => ({ rule, from, to })) };
}

function typedConstant(text: string, tokens: readonly Token[], at: number): Edit[] | null {
  const parameter = tokens[at] as Token;
  const start = typeBefore(tokens, at);
  if (start === null) return null;
  const first = tokens[start] as Token;
  const typeName = text.slice(first.start, (tokens[at - 1] as Token).end);
  return [edit(text, 'typed_constant', first.start, parameter.end, `${parameter.value}::${typeName}`)];
}

/** Where the type begins that ends right before `at`; null when none does. */
function typeBefore(tokens: readonly Token[], at: number): number | null {
  let last = at - 1;
  if (tokens[last]?.value === ')' && tokens[last]?.kind === 'mark') {
    last = openingOf(tokens, last) - 1;
    if (!isTypeName(tokens[last])) return null;
  }
  const name = tokens[last];
  if (name?.kind === 'word' && TYPE_TAILS.has(name.value)) return tailedType(tokens, last);
  if (!isTypeName(name)) return null;
  let start = last;
  while (tokens[start - 1]?.value === '.' && isName(tokens[start - 2])) start -= 2;
  return start;
}

/** The start of `double precision`, `timestamp with time zone`, `character varying`; null for `AT TIME ZONE`. */
function tailedType(tokens: readonly Token[], last: number): number | null {
  let start = last;
  while (TYPE_MIDDLES.has(tokens[start - 1]?.value ?? '')) start--;
  const words = tokens
    .slice(start, last + 1)
    .map(({ value }) => value)
    .join(' ');
  return /^(?:double precision|(?:national )?char(?:acter)?(?: varying)?|time(?:stamp)? with(?:out)? time zone)$/.test(
    words,
  )
    ? start
    : null;
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

function isTypeName(token: Token | undefined): boolean {
  if (token?.kind === 'quoted') return true;
  if (token?.kind !== 'word') return false;
  return TYPE_WORDS.has(token.value) || !(isKeyWord(token.value) || BEFORE_EXPRESSION.has(token.value));
}

/** `extract ( $1 from` → `pg_catalog."extract"( $1 ,`. */
function extraction(text: string, tokens: readonly Token[], at: number, major: number): Edit[] | null {
  const [name, bracket, parameter, from] = tokens.slice(Math.max(at - 2, 0));
  if (at < 2 || name?.value !== 'extract' || bracket?.value !== '(' || from?.value !== 'from') return null;
  const called = major >= 14 ? 'pg_catalog."extract"' : 'pg_catalog.date_part';
  const { value } = parameter as Token;
  return [edit(text, 'extract', name.start, from.end, `${called}(${value},`)];
}

function edit(text: string, rule: Rewrite['rule'], start: number, end: number, to: string): Edit {
  return { rule, start, end, from: text.slice(start, end), to };
}
