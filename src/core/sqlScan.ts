/**
 * Just enough of PostgreSQL's lexer to find literals and comments in a statement. Everything takes time in proportion
 * to the text: query texts are a megabyte when an application makes them so.
 */

/** A literal's place in a text; `end` is the text's end when it is not terminated. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const PREFIX = /(?:[eE]|[nN]|[bB]|[xX]|[uU]&)(?=')/y;

/** The literal that starts at `at`: 'x', E'x', N'x', U&'x', B'x', X'x', $$x$$ or $tag$x$tag$. */
export function literalAt(text: string, at: number): Span | undefined {
  const tag = matchAt(DOLLAR_TAG, text, at);
  if (tag !== undefined) {
    const close = text.indexOf(tag, at + tag.length);
    return { start: at, end: close < 0 ? text.length : close + tag.length };
  }
  const prefix = matchAt(PREFIX, text, at) ?? '';
  const quote = at + prefix.length;
  if (text[quote] !== "'") return undefined;
  return { start: at, end: quotedEnd(text, quote, prefix.toLowerCase() === 'e') };
}

/**
 * End of a quoted literal whose first quote is at `quote`. A quote that is written several times (because the whole
 * statement is itself inside a literal) closes with as many; twice as many stand for one inside.
 */
function quotedEnd(text: string, quote: number, backslashes: boolean): number {
  const opening = quotesAt(text, quote);
  const nextIsDelimiter = !/[^\s,;)\]:|]/.test(text.charAt(quote + opening));
  if (opening % 2 === 0 && nextIsDelimiter) return quote + opening;
  const unit = opening % 2 === 1 ? 1 : largestPowerOfTwoIn(opening);
  let at = quote + unit;
  for (;;) {
    at = nextQuote(text, at, backslashes);
    if (at >= text.length) return text.length;
    const run = quotesAt(text, at);
    const units = Math.floor(run / unit);
    if (units % 2 === 1) return at + units * unit;
    // Fewer quotes than a unit: the literal around this one ends here.
    if (run % unit !== 0) return at + units * unit;
    at += run;
  }
}

/** How many quotes stand side by side from there on. */
export function quotesAt(text: string, from: number): number {
  let end = from;
  while (text[end] === "'") end++;
  return end - from;
}

function largestPowerOfTwoIn(n: number): number {
  return n & -n;
}

function nextQuote(text: string, from: number, backslashes: boolean): number {
  if (!backslashes) {
    const found = text.indexOf("'", from);
    return found < 0 ? text.length : found;
  }
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === "'") return at;
  }
  return text.length;
}

/** End of the comment that starts at `at`, or undefined when none does. */
export type CommentEnd = (at: number) => number | undefined;

/** Finds the ends of comments in one text; block comments nest. */
export function commentsOf(text: string): CommentEnd {
  let blocks: ReadonlyMap<number, number> | undefined;
  // The last line looked at: many marks of comments may share one end of line.
  let line = { from: -1, end: -1 };
  return (at) => {
    if (text.startsWith('--', at)) {
      if (at < line.from || at >= line.end) {
        const newline = text.indexOf('\n', at);
        line = { from: at, end: newline < 0 ? text.length : newline + 1 };
      }
      return line.end;
    }
    if (!text.startsWith('/*', at)) return undefined;
    blocks ??= blockComments(text);
    return blocks.get(at) ?? text.length;
  };
}

function blockComments(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: mark, index } of text.matchAll(/\/\*|\*\//g)) {
    if (mark === '/*') open.push(index);
    else {
      const start = open.pop();
      if (start !== undefined) ends.set(start, index + 2);
    }
  }
  return ends;
}

/** The text that a sticky pattern matches at `at`. */
export function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
