import { type PlanNode, text } from '../../plan/planNode.js';
import { openingOf, type Token, tokensOf } from '../../plan/tokens.js';
import type { RelationFacts } from '../relationFacts.js';
import type { Finding, Judged, PlanRule } from './finding.js';

/** Rows of a table from which an index matters, and the share of them up to which it would be used. */
const ROWS = 1000;
const SHARE = 0.2;

export const indexDefeated: PlanRule = {
  code: 'index_defeated',
  about: 'a function or a cast around a column keeps its index from being used',
  needsExecution: false,
  find: (judged) => judged.nodes.flatMap((node) => defeated(judged, node)),
};

/** An expression around a column, as the plan writes it. */
interface Wrapped {
  readonly column: string;
  readonly expression: string;
  readonly by: 'function' | 'cast';
}

function defeated(judged: Judged, node: PlanNode): Finding[] {
  const filter = text(node.raw, 'Filter');
  const facts = judged.factsOf(node);
  const rows = facts?.rows ?? 0;
  if (filter === null || facts === null || rows < ROWS) return [];
  const kept = node.rows === null ? node.planRows : node.rows / Math.max(node.loops ?? 1, 1);
  if (kept / rows > SHARE) return [];
  return wrappedColumns(filter, facts).flatMap((wrapped) => {
    const index = facts.indexes?.find(({ keys, valid }) => valid && keys[0] === wrapped.column);
    return index === undefined ? [] : [finding(node, facts, wrapped, index.name)];
  });
}

/** Columns that stand in the filter within a function or a cast that is more than another name for the same bytes. */
export function wrappedColumns(filter: string, facts: RelationFacts): Wrapped[] {
  const tokens = tokensOf(filter);
  const columns = new Map((facts.columns ?? []).map((column) => [column.name, column]));
  const found = tokens.flatMap((token, at): Wrapped[] => {
    const column = token.kind === 'word' || token.kind === 'quoted' ? columns.get(token.value) : undefined;
    if (column === undefined || tokens[at + 1]?.value === '(') return [];
    const cast = castAfter(filter, tokens, at);
    const harmless = cast !== null && column.binary_as.includes(cast.type);
    const around = callAround(filter, tokens, at);
    if (around !== null) return [{ column: column.name, expression: around, by: 'function' }];
    if (cast === null || harmless || cast.type === column.type) return [];
    return [{ column: column.name, expression: cast.expression, by: 'cast' }];
  });
  return found.filter(
    ({ expression }, at) => found.findIndex((other) => other.expression === expression) === at,
  );
}

/** `(column)::type` */
function castAfter(
  text: string,
  tokens: readonly Token[],
  at: number,
): { type: string; expression: string } | null {
  if (tokens[at + 1]?.value !== ')' || tokens[at + 2]?.value !== '::') return null;
  let last = at + 3;
  while (tokens[last + 1]?.kind === 'word' && !KEY_WORDS.has(tokens[last + 1]?.value ?? '')) last++;
  const [from, to] = [tokens[at + 3], tokens[last]];
  const start = tokens[openingOf(tokens, at + 1)];
  if (from === undefined || to === undefined || start === undefined) return null;
  return {
    type: text.slice(from.start, to.end).replaceAll('"', ''),
    expression: text.slice(start.start, to.end),
  };
}

/** Words that may follow a type's name in a condition. */
const KEY_WORDS = new Set([
  'and',
  'or',
  'is',
  'like',
  'ilike',
  'in',
  'between',
  'collate',
  'at',
  'not',
  'similar',
]);

/** `function(…, column, …)`: the nearest call around a column, and no other condition between. */
function callAround(text: string, tokens: readonly Token[], at: number): string | null {
  let depth = 0;
  for (let before = at - 1; before >= 0; before--) {
    const token = tokens[before] as Token;
    if (token.value === ')') depth++;
    if (token.value !== '(' || depth-- > 0) {
      if (depth <= 0 && token.kind === 'operator') return null;
      continue;
    }
    depth = 0;
    const name = tokens[before - 1];
    const isCall = name?.kind === 'quoted' || (name?.kind === 'word' && !NOT_CALLS.has(name.value));
    if (!isCall) continue;
    const close = closingOf(tokens, before);
    return close === null ? null : text.slice(name.start, close.end);
  }
  return null;
}

/** Words before a bracket that call nothing. */
const NOT_CALLS = new Set([
  'and',
  'or',
  'not',
  'any',
  'all',
  'in',
  'is',
  'like',
  'case',
  'when',
  'then',
  'else',
  'subplan',
  'row',
]);

function closingOf(tokens: readonly Token[], open: number): Token | null {
  let depth = 0;
  for (const token of tokens.slice(open)) {
    if (token.value === '(') depth++;
    else if (token.value === ')' && --depth === 0) return token;
  }
  return null;
}

/** The expression as CREATE INDEX takes it: without the alias before a column. */
function inDdl(expression: string): string {
  const tokens = tokensOf(expression);
  const drops = tokens.filter(
    (_, at) => tokens[at + 1]?.value === '.' || (tokens[at]?.value === '.' && at > 0),
  );
  return drops.reduceRight((text, { start, end }) => text.slice(0, start) + text.slice(end), expression);
}

function finding(node: PlanNode, facts: RelationFacts, wrapped: Wrapped, index: string): Finding {
  const { column, by } = wrapped;
  const expression = inDdl(wrapped.expression);
  const table = `${String(facts.schema)}.${String(facts.relation)}`;
  return {
    severity: 'warning',
    node,
    evidence: { column, expression, by, index, condition: node.raw['Filter'] },
    advice:
      by === 'cast'
        ? `${index} holds ${column} itself: compare it with a value of its own type (cast the other side), or CREATE INDEX ON ${table} ((${expression})).`
        : `${index} holds ${column} itself: write the condition on the bare column, or CREATE INDEX ON ${table} ((${expression})), then ANALYZE.`,
  };
}
