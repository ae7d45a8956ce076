import { apply, type Rewritten } from './rewrite.js';
import { type Token, tokensOf } from './tokens.js';

/** Types that a bare constant may have had, likeliest first: what `- 5`, `1 + 2` and `'a' || 'b'` were. */
const CANDIDATES = [
  'integer',
  'numeric',
  'double precision',
  'interval',
  'timestamptz',
  'date',
  'text',
  'jsonb',
];

/** PostgreSQL's words for an operator that fits too many types, and for a parameter that nothing gives a type. */
const AMBIGUOUS = '42725';
const INDETERMINATE = '42P18';

/** What the server said about a text that it could not prepare. */
interface Refusal {
  readonly sqlstate: string | undefined;
  readonly message: string;
  /** Where in the text, in characters from 0; null when it did not say. */
  readonly position: number | null;
}

/**
 * Texts to try when constants were all that told types and are now parameters: `- $1` and `$1 + $2` are 42725,
 * `$1 IS NULL` is 42P18. Empty when a type would not help.
 */
export function typings(text: string, refusal: Refusal): Rewritten[] {
  const tokens = tokensOf(text);
  const found =
    refusal.sqlstate === AMBIGUOUS
      ? operandAt(tokens, refusal.position)
      : refusal.sqlstate === INDETERMINATE
        ? parameterNamed(tokens, refusal.message)
        : undefined;
  if (found === undefined) return [];
  const rule = refusal.sqlstate === AMBIGUOUS ? ('ambiguous_operator' as const) : ('unknown_type' as const);
  const types = rule === 'unknown_type' ? ['text'] : CANDIDATES;
  return types.map((type) => {
    const to = `(${found.value}::${type})`;
    return apply(text, [{ rule, start: found.start, end: found.end, from: found.value, to }]);
  });
}

/** The parameter that the operator at a position works on. */
function operandAt(tokens: readonly Token[], position: number | null): Token | undefined {
  const at = tokens.findIndex(({ start, end }) => position !== null && start <= position && position < end);
  return [tokens[at - 1], tokens[at + 1]].find((token) => token?.kind === 'parameter');
}

function parameterNamed(tokens: readonly Token[], message: string): Token | undefined {
  const name = /\$\d+/.exec(message)?.[0];
  return tokens.find(({ kind, value }) => kind === 'parameter' && value === name);
}
