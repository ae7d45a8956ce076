/** Words of a configuration file. `qualified` is a name with a dot; it may stand for a name, but not for a value. */
export type ConfTokenKind =
  'id' | 'qualified' | 'string' | 'unquoted' | 'integer' | 'real' | 'equals' | 'unknown';

export interface ConfToken {
  readonly kind: ConfTokenKind;
  readonly text: string;
}

const LETTER = 'A-Za-z_\\u0080-\\uffff';
const ID = `[${LETTER}][${LETTER}0-9]*`;

/** The longest match wins, the first of equally long ones. Source: the rules of PostgreSQL's guc-file.l. */
const RULES: readonly (readonly [RegExp, ConfTokenKind | 'skipped'])[] = [
  [/[ \t\r]+/y, 'skipped'],
  [/#[^]*/y, 'skipped'],
  [new RegExp(ID, 'y'), 'id'],
  [new RegExp(`${ID}\\.${ID}`, 'y'), 'qualified'],
  [/'(?:[^'\\]|\\[^]|'')*'/y, 'string'],
  [new RegExp(`[${LETTER}][${LETTER}0-9\\-._:/]*`, 'y'), 'unquoted'],
  [/[+-]?\d+[A-Za-z]*/y, 'integer'],
  [/[+-]?0x[0-9a-fA-F]+[A-Za-z]*/y, 'integer'],
  [/[+-]?\d*\.\d*(?:[eE][+-]?\d+)?/y, 'real'],
  [/=/y, 'equals'],
  [/[^]/y, 'unknown'],
];

/** The words of one line of a configuration file (without its line break), comments and space left out. */
export function confTokens(line: string): readonly ConfToken[] {
  const tokens: ConfToken[] = [];
  for (let at = 0; at < line.length;) {
    const { text, kind } = longestAt(line, at);
    if (kind !== 'skipped') tokens.push({ kind, text });
    at += text.length;
  }
  return tokens;
}

function longestAt(line: string, at: number): { text: string; kind: ConfTokenKind | 'skipped' } {
  let best: { text: string; kind: ConfTokenKind | 'skipped' } = { text: '', kind: 'unknown' };
  for (const [pattern, kind] of RULES) {
    pattern.lastIndex = at;
    const text = pattern.exec(line)?.[0] ?? '';
    if (text.length > best.text.length) best = { text, kind };
  }
  return best;
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** What a quoted word means: '' and \' are quotes, \b \f \n \r \t and \101 what they are in C, other \x are x. */
export function unquoteConf(text: string): string {
  const bytes = text
    .slice(1, -1)
    .replace(/''|(?:\\[0-7]{1,3})+|\\([^])/g, (all, character: string | undefined) => {
      if (all === "''") return "'";
      return character === undefined ? octals(all) : (ESCAPES[character] ?? character);
    });
  // To the server the value is a C string: it ends at the first NUL.
  return bytes.split('\0', 1)[0] ?? '';
}

/** Octal escapes are bytes of UTF-8, which only make a character together. */
function octals(escapes: string): string {
  const bytes = escapes.split('\\').slice(1);
  return Buffer.from(bytes.map((digits) => Number.parseInt(digits, 8) & 0xff)).toString('utf8');
}

/** The value as a quoted word that means it. */
export function quoteConf(value: string): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n');
  return `'${escaped}'`;
}
