import { loadModule, parseSync } from 'libpg-query';
import { tokensOf } from '../../plan/tokens.js';
import { isTree, type Tree } from './tree.js';

/** What PostgreSQL's grammar makes of a text: the statement, or why there is none. */
export type Parsed = { readonly tree: Tree } | { readonly refused: string };

/**
 * Nesting that the parser’s stack holds with room to spare. Past it the parser runs out of stack, and after some such
 * texts it reads no other: parsing was broken by 50 texts of 20,000 nested operators.
 */
const DEEPEST = 400;
const MOST_OPERATORS = 3000;
const LONGEST = 1 << 20;

/** PostgreSQL's own grammar as WebAssembly: 1.7 MB that only this command loads. */
export async function loadParser(): Promise<(text: string) => Parsed> {
  await loadModule();
  return parse;
}

function parse(text: string): Parsed {
  const tooMuch = excess(text);
  if (tooMuch !== null) return { refused: tooMuch };
  try {
    const { stmts } = parseSync(text) as { readonly stmts?: readonly { readonly stmt?: unknown }[] };
    const statement = stmts?.[0]?.stmt;
    if (stmts?.length !== 1 || !isTree(statement)) return { refused: 'it is not one statement' };
    return { tree: statement };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

/** Why a text is not given to the parser; null when it can be. */
function excess(text: string): string | null {
  if (text.trim() === '') return 'the text is empty';
  if (text.includes('\0')) return 'the text holds a NUL character';
  if (text.length > LONGEST) return 'the text is longer than 1 MB';
  let depth = 0;
  let deepest = 0;
  let operators = 0;
  for (const { kind, value } of tokensOf(text)) {
    if (kind === 'operator') operators++;
    if (kind !== 'mark' && value !== 'case') continue;
    if (value === '(' || value === '[' || value === 'case') deepest = Math.max(deepest, ++depth);
    if (value === ')' || value === ']') depth--;
  }
  return deepest > DEEPEST || operators > MOST_OPERATORS ? 'the text is nested too deeply' : null;
}
