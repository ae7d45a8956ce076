import { commentsOf, literalAt, matchAt } from '../../core/sqlScan.js';

/** A token of an SQL text. White space and comments are none. */
export interface Token {
  /** `word`: a name or key word, folded to lower case; `quoted`: a "name" without its quotes; `parameter`: $1. */
  readonly kind: 'word' | 'quoted' | 'parameter' | 'string' | 'number' | 'operator' | 'mark';
  /** As the server understands it: folded, or without quotes; everything else as it is written. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const SPACE = /[\s\u00a0\ufeff]+/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const QUOTED = /(?:[uU]&)?"(?:[^"]|"")*(?:"|$)/y;
const PARAMETER = /\$\d+/y;
const NUMBER = /0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?/y;
const OPERATOR = /[-+*/<>=~!@#%^&|`?]+/y;
const MARK = /::|:=|\.\.|[\s\S]/y;

/** The tokens of a text, in time that grows with its length; it never fails, whatever the text is. */
export function tokensOf(text: string): Token[] {
  const commentEnd = commentsOf(text);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const skipped = commentEnd(at) ?? at + (matchAt(SPACE, text, at)?.length ?? 0);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function tokenAt(text: string, start: number): Token {
  const quoted = matchAt(QUOTED, text, start);
  if (quoted !== undefined) return { kind: 'quoted', value: unquoted(quoted), ...from(start, quoted) };
  const literal = literalAt(text, start);
  if (literal !== undefined) {
    return { kind: 'string', value: text.slice(literal.start, literal.end), start, end: literal.end };
  }
  const word = matchAt(WORD, text, start);
  if (word !== undefined) return { kind: 'word', value: word.toLowerCase(), ...from(start, word) };
  for (const [kind, pattern] of [
    ['parameter', PARAMETER],
    ['number', NUMBER],
    ['operator', OPERATOR],
    ['mark', MARK],
  ] as const) {
    const value = matchAt(pattern, text, start);
    if (value !== undefined) return withoutComment({ kind, value, ...from(start, value) });
  }
  throw new Error('every character is a token');
}

/** An operator ends where a comment begins in it. */
function withoutComment(token: Token): Token {
  if (token.kind !== 'operator') return token;
  const comment = token.value.search(/--|\/\*/);
  if (comment <= 0) return token;
  return { ...token, value: token.value.slice(0, comment), end: token.start + comment };
}

function from(start: number, text: string): { start: number; end: number } {
  return { start, end: start + text.length };
}

function unquoted(written: string): string {
  const body = written.slice(written.indexOf('"') + 1);
  return (body.endsWith('"') ? body.slice(0, -1) : body).replaceAll('""', '"');
}

/** The highest n of the $n in some tokens; 0 when there is none. */
export function parametersIn(tokens: readonly Token[]): number {
  return tokens.reduce(
    (most, { kind, value }) => (kind === 'parameter' ? Math.max(most, Number(value.slice(1))) : most),
    0,
  );
}

/** Where the bracket that is closed at `close` opens; -1 when nowhere. */
export function openingOf(tokens: readonly Token[], close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    const { kind, value } = tokens[at] as Token;
    if (kind !== 'mark') continue;
    if (value === ')') depth++;
    else if (value === '(' && --depth === 0) return at;
  }
  return -1;
}
