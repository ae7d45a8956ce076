import { commentsOf, literalAt, matchAt } from './sqlScan.js';

/** Where a token starts that matters here; everything between is copied as it is. */
const TOKEN = /['"$]|--|\/\*|\.?\d|[A-Za-z_\u0080-\uffff]/g;
const NAME = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const QUOTED_NAME = /"[^"]*(?:""[^"]*)*(?:"|$)/y;
const PARAMETER = /\$\d+/y;
const NUMBER = /0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?/y;

/**
 * The statement with every literal masked: strings as `'********'`, numbers as `0`; names and parameters stay. What
 * comments hold is treated in the same way, but a quote in a comment reaches no further than the comment.
 */
export function maskLiterals(text: string): string {
  const commentEnd = commentsOf(text);
  let shown = '';
  let at = 0;
  let limit = text.length;
  while (at < text.length) {
    if (at >= limit) limit = text.length;
    TOKEN.lastIndex = at;
    const start = TOKEN.exec(text)?.index ?? text.length;
    shown += text.slice(at, start);
    if (start >= limit) limit = text.length;
    const comment = limit < text.length ? undefined : commentEnd(start);
    if (comment !== undefined) limit = comment;
    const [written, end] =
      comment === undefined
        ? tokenAt(text.slice(0, limit), start)
        : [text.slice(start, start + 2), start + 2];
    shown += written;
    at = end;
  }
  return shown;
}

/** What is written for the token at `at`, and where it ends. */
function tokenAt(text: string, at: number): [written: string, end: number] {
  const literal = literalAt(text, at);
  if (literal !== undefined) return ["'********'", literal.end];
  const kept = matchAt(NAME, text, at) ?? matchAt(QUOTED_NAME, text, at) ?? matchAt(PARAMETER, text, at);
  if (kept !== undefined) return [kept, at + kept.length];
  const number = matchAt(NUMBER, text, at);
  return number === undefined ? [text.charAt(at), at + 1] : ['0', at + number.length];
}
