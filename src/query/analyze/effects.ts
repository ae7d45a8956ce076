import { nodeName, type PlanNode, text } from '../plan/planNode.js';
import { tokensOf } from '../plan/tokens.js';
import { isHarmless } from './harmless.js';

/** What executing a statement would do beyond reading. */
export interface Effects {
  /** Nodes that write or lock rows, as people call them. */
  readonly writes: readonly string[];
  /** Volatile functions, qualified, that may have effects. */
  readonly functions: readonly string[];
}

const WRITERS: Readonly<Record<string, (node: PlanNode) => boolean>> = {
  ModifyTable: () => true,
  LockRows: () => true,
  'Foreign Scan': ({ raw }) => (text(raw, 'Operation') ?? 'Select') !== 'Select',
};

/** The nodes that write, or lock rows, wherever in the plan they stand: in a CTE, too. */
export function writesIn(nodes: readonly PlanNode[]): string[] {
  return nodes
    .filter((node) => WRITERS[node.type]?.(node) === true)
    .map((node) => (node.type === 'LockRows' ? 'SELECT … FOR UPDATE or SHARE' : nodeName(node)));
}

/**
 * Names of functions and operators in a statement, and in every expression of its plan, where row-level security,
 * casts and notations such as `t.f` for f(t) are written out. A superset: any schema's function of that name is meant.
 */
export function namesReached(statement: string, nodes: readonly PlanNode[]): string[] {
  return namesIn([statement, ...nodes.flatMap(({ raw }) => textsOf(raw))]);
}

/** Names before a bracket, and operators, in some SQL texts; sorted. */
export function namesIn(texts: readonly string[]): string[] {
  const named = texts.flatMap((part) => {
    const tokens = tokensOf(part);
    return tokens.flatMap(({ kind, value }, at) => {
      const called = (kind === 'word' || kind === 'quoted') && tokens[at + 1]?.value === '(';
      return called || kind === 'operator' ? [value] : [];
    });
  });
  return [...new Set(named)].sort();
}

/** Words of a statement that may be names of views. */
export function wordsIn(statement: string): string[] {
  return tokensOf(statement).flatMap(({ kind, value }) =>
    kind === 'word' || kind === 'quoted' ? [value] : [],
  );
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === 'Plans' ? [] : textsOf(item)));
}

/** The functions among those found that may have effects. */
export function effectful(found: readonly { readonly schema: string; readonly name: string }[]): string[] {
  return [...new Set(found.filter((one) => !isHarmless(one)).map(({ schema, name }) => `${schema}.${name}`))];
}
