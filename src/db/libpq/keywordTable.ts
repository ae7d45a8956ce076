import { KEYWORDS } from './keywords.js';

const code = (name: string | null): string => (name === null ? '' : `\`${name}\``);

/** Returns the Markdown table of docs/connections.md, one line for each row of keywords.ts. */
export function renderKeywordTable(): string {
  const lines = KEYWORDS.map(
    (row) => `| ${code(row.keyword)} | ${code(row.variable)} | ${row.treatment} | ${row.note} |`,
  );
  return ['| keyword | variable | pgdba | what becomes of it |', '|---|---|---|---|', ...lines].join('\n');
}
