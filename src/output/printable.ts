/**
 * Characters that could move a cursor, hide or reorder text on a terminal: C0 and C1 controls (but newline and tab,
 * which the renderers treat themselves), DEL, line and paragraph separators, and the bidirectional controls of
 * Unicode's UAX #9.
 */
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex -- finding control characters is what it is for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The text with every unprintable character written as `\uXXXX`. */
function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A JSON value with every string and key in it made printable. */
export function printableDeep(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map(printableDeep);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [printable(key), printableDeep(item)]),
    );
  }
  return value;
}
