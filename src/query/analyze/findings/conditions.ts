import { type PlanNode, text } from '../../plan/planNode.js';
import { tokensOf } from '../../plan/tokens.js';
import type { RelationFacts } from '../relationFacts.js';

/** Keys under which nodes write what rows must fulfil. */
const CONDITIONS = [
  'Filter',
  'Index Cond',
  'Recheck Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'TID Cond',
  'One-Time Filter',
];

/** The conditions of a node, and of the index scans that only feed a bitmap. */
export function conditionsOf(node: PlanNode): string[] {
  const own = CONDITIONS.flatMap((key) => text(node.raw, key) ?? []);
  const bitmaps = node.children.filter(({ type }) => /^Bitmap(?: Index Scan|And|Or)$/.test(type));
  return [...own, ...bitmaps.flatMap(conditionsOf)];
}

/** The columns of a relation that some conditions speak of, in the order of the table. */
export function columnsIn(conditions: readonly string[], facts: RelationFacts | null): string[] {
  const names = new Set(
    conditions.flatMap((condition) =>
      tokensOf(condition).flatMap(({ kind, value }) => (kind === 'word' || kind === 'quoted' ? [value] : [])),
    ),
  );
  return (facts?.columns ?? []).map(({ name }) => name).filter((name) => names.has(name));
}
