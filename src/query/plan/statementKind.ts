import type { Token } from './tokens.js';

/** Why no plan can be had of a text; null when its first words do not tell. */
export interface Unplannable {
  readonly reason: 'empty' | 'several_statements' | 'utility' | 'creates_table';
  readonly message: string;
  readonly hint: string;
}

/** First words of what PREPARE takes: SELECT, INSERT, UPDATE, DELETE, MERGE (15 and later) or VALUES. */
const STARTS = new Set(['select', 'insert', 'update', 'delete', 'merge', 'values', 'with', 'table', '(']);

const ONE_STATEMENT = 'Give one SELECT, INSERT, UPDATE, DELETE, MERGE or VALUES.';

/** What is to be said instead of the general hint, by the first word. */
const HINTS: Readonly<Record<string, string>> = {
  explain: 'Leave EXPLAIN and its options out; --analyze executes the statement.',
  create: 'Give the SELECT alone: the plan is the same.',
  declare: 'Give the query of the cursor alone.',
  execute: 'Give the text that was prepared, with $1 and so on; --param gives the values.',
  copy: 'Give the query inside COPY (…) alone.',
  do: 'Statements inside a block have plans of their own: give one of them.',
  call: 'Statements inside a procedure have plans of their own: give one of them.',
};

/**
 * Says from the tokens alone that a text has no plan of its own. The proof is the server's: what passes here is
 * PREPAREd over the extended protocol, which takes one plannable statement and nothing else.
 */
export function unplannable(tokens: readonly Token[]): Unplannable | null {
  const isEnd = ({ kind, value }: Token): boolean => kind === 'mark' && value === ';';
  const statements = tokens.filter((token) => !isEnd(token));
  const [first] = statements;
  if (first === undefined)
    return { reason: 'empty', message: 'the text holds no statement', hint: ONE_STATEMENT };
  const end = tokens.findIndex(isEnd);
  if (end >= 0 && tokens.slice(end).some((token) => !isEnd(token))) {
    return {
      reason: 'several_statements',
      message: 'the text holds several statements',
      hint: ONE_STATEMENT,
    };
  }
  if (first.kind !== 'word' ? first.value !== '(' : !STARTS.has(first.value)) {
    return {
      reason: 'utility',
      message: `${first.value.toUpperCase()} is not a statement that has a plan`,
      hint: HINTS[first.value] ?? ONE_STATEMENT,
    };
  }
  return createsTable(statements)
    ? {
        reason: 'creates_table',
        message: 'SELECT INTO creates a table',
        hint: 'Leave INTO and its table out.',
      }
    : null;
}

/** Before INTO: another clause than SELECT's, or INTO is but a name. */
const NOT_A_TARGET = new Set(['insert', 'merge', 'as', '.']);

/** SELECT … INTO: PREPARE refuses it on 12, and forgets the INTO on 18. */
function createsTable(tokens: readonly Token[]): boolean {
  return tokens.some(
    ({ kind, value }, at) =>
      kind === 'word' && value === 'into' && !NOT_A_TARGET.has(tokens[at - 1]?.value ?? ''),
  );
}
