import { pgStatStatements } from '../../inspect/sections/pg_stat_statements.js';
import type { Baseline } from '../document.js';
import type { Candidate } from './candidate.js';
import { keyOf } from './rowObject.js';

const SHOWN_CHARACTERS = 300;

/** The text of a candidate’s query with white space as single blanks; null of other objects. */
export function textsOf(before: Baseline, after: Baseline): (candidate: Candidate) => string | null {
  const source = { kind: 'view', section: pgStatStatements } as const;
  const texts = new Map<string, string>();
  for (const { sections } of [before, after]) {
    const rows = (sections.queries?.sample2 ?? sections.queries?.sample1)?.[pgStatStatements.id]?.rows ?? [];
    for (const row of rows) if (typeof row['query'] === 'string') texts.set(keyOf(source, row), row['query']);
  }
  return ({ metric, row }) => {
    const text = metric.object.type === 'query' ? texts.get(keyOf(source, row)) : undefined;
    return text === undefined ? null : text.replace(/\s+/g, ' ').trim();
  };
}

/** A look at the system catalogs, which applications seldom qualify, or what keeps one from spoiling the next. */
const OF_TOOLS = /\bpg_catalog\.|^(?:rollback to |release )?savepoint\b/i;

/**
 * Whether a statement is one of tools that look at the server. pgdba’s own are executed once or a few times for each
 * baseline, and differ for no other reason than what they met.
 */
export function isOfTools(text: string | null): boolean {
  return text !== null && OF_TOOLS.test(text);
}

/** The text as it is shown. Half a character outside of the basic plane is none. */
export function cutText(text: string): string {
  if (text.length <= SHOWN_CHARACTERS) return text;
  return `${text.slice(0, SHOWN_CHARACTERS - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
