import { createHash } from 'node:crypto';
import { commentsOf, literalAt, matchAt } from '../core/sqlScan.js';

const SPACE = /\s+/y;
const QUOTED_NAME = /"[^"]*(?:""[^"]*)*(?:"|$)/y;
const NAME = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NUMBER = /\$\d+|0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?/y;

/** Values in brackets, as IN lists and VALUES rows have them, and as PostgreSQL 18 squashes them itself. */
const LIST = /\(\?(?:,\?)*\)/g;
const ROWS = /\(\?\+\)(?:,\(\?\+\))+/g;

/**
 * What is the same of all statements that differ only in their values: without comments, white space in one form, names
 * in lower case unless quoted, every literal and parameter a `?`, and lists of values a `(?+)` however long.
 *
 * PostgreSQL's own queryid is not that: it is made of the oids of tables, so that it differs between databases, after a
 * table was made anew, and between major versions.
 */
export function normalized(text: string): string {
  const commentEnd = commentsOf(text);
  let shape = '';
  let isApart = false;
  let at = 0;
  while (at < text.length) {
    const [written, end] = tokenAt(text, at, commentEnd(at));
    if (written === '') isApart = true;
    else {
      shape += isApart && belongApart(shape.slice(-1), written) ? ` ${written}` : written;
      isApart = false;
    }
    at = end;
  }
  return shape.replace(/;+$/, '').replaceAll(LIST, '(?+)').replaceAll(ROWS, '(?+)');
}

const WORD = /[\w$?"\u0080-\uffff]/;
const BRACKET = /[(),;[\]]/;

/** Whether white space between two tokens means anything: between two words it does, and between two operators. */
function belongApart(before: string, after: string): boolean {
  if (before === '' || BRACKET.test(before) || BRACKET.test(after.charAt(0))) return false;
  return WORD.test(before) === WORD.test(after.charAt(0));
}

/** 16 hexadecimal digits that are the same wherever a statement of that {@link normalized} form ran. */
export function fingerprintOf(text: string): string {
  return createHash('sha256').update(normalized(text)).digest('hex').slice(0, 16);
}

/** What a token becomes (nothing, where it is white space or a comment), and where it ends. */
function tokenAt(text: string, at: number, comment: number | undefined): [written: string, end: number] {
  if (comment !== undefined) return ['', comment];
  const space = matchAt(SPACE, text, at);
  if (space !== undefined) return ['', at + space.length];
  const literal = literalAt(text, at);
  if (literal !== undefined) return ['?', literal.end];
  const quoted = matchAt(QUOTED_NAME, text, at);
  if (quoted !== undefined) return [quoted, at + quoted.length];
  const name = matchAt(NAME, text, at);
  if (name !== undefined) return [name.toLowerCase(), at + name.length];
  const value = matchAt(NUMBER, text, at);
  return value === undefined ? [text.charAt(at), at + 1] : ['?', at + value.length];
}
