import { candidate, type Candidate, keyOf } from '../candidates/candidate.js';
import { servedBy } from '../candidates/served.js';
import type { Predicate, TableUse } from '../statement/usage.js';
import type { Judged } from './judge.js';
import type { Knowledge } from './knowledge.js';
import { lookup } from './lookup.js';
import { loopsOf, scansOf } from './planScans.js';

/** What an OR gains where each of its arms is looked up by an index of its own; null when one arm has none. */
export function eitherGain(
  statement: Judged,
  use: TableUse,
  indexes: readonly Candidate[],
  known: Knowledge,
): { gain: number; used: string[] } | null {
  const arms = use.predicates.filter(({ inOr, partner }) => inOr && partner === null);
  if (arms.length < 2 || use.residual > 0) return null;
  const scans = scansOf(statement.nodes, use, known.catalog);
  const before = scans.reduce((sum, node) => sum + node.cost * loopsOf(node), 0);
  let after = 0;
  const used = new Set<string>();
  for (const arm of arms) {
    const only = { ...use, predicates: [{ ...arm, inOr: false }] };
    const index = indexes.find(({ keys }) => keys[0]?.term.sql === arm.term.sql);
    if (index !== undefined) used.add(index.id);
    else if (servedBy(ownIndex(use, arm)) === null) return null;
    after += lookup(only, index ?? ownIndex(use, arm), known).cost;
  }
  return used.size === 0 ? null : { gain: before - after, used: [...used] };
}

function ownIndex({ relation }: TableUse, { term }: Predicate): Candidate {
  return candidate({ relation, method: 'btree', keys: [keyOf(term)], include: [], where: null });
}
