import type { PlanNode } from '../../plan/planNode.js';
import type { Candidate } from '../candidates/candidate.js';
import { type Catalog, pagesOf } from '../catalog/catalog.js';
import type { Judge, Judged, Verdict } from './judge.js';
import { estimatedSize } from './sizes.js';
import type { Predicate, TableUse } from '../statement/usage.js';
import type { Prices } from './prices.js';
import type { Knowledge } from './knowledge.js';
import { loopsOf, otherSide, scansOf } from './planScans.js';
import { eitherGain } from './eitherGain.js';
import { lookup } from './lookup.js';
import { orderedCost } from './orderedCost.js';

/** A gain of less than this over the plan that there is is within what the estimate may be wrong by. */
const SAFE = 0.7;

/**
 * Judges by catalog statistics where no planner can be asked about an index that does not exist: the plan that there
 * is tells what each table's scan costs and how many rows a join brings; what the index would cost instead follows
 * from pg_stats and the formulas of the planner, simplified. Source: cost_index(), index_pages_fetched() and
 * cost_bitmap_heap_scan() of src/backend/optimizer/path/costsize.c.
 */
export function statisticsJudge(catalog: Catalog, prices: Prices): Judge {
  return {
    method: 'statistics',
    plannerCalls: 0,
    judges: () => true,
    costWith: (statement, indexes) => Promise.resolve(costWith(statement, indexes, { catalog, prices })),
    sizeOf: (one) => Promise.resolve(estimatedSize(one, catalog, pagesOf(catalog, one.relation))),
  };
}

/** What each use of a table gains by the best index for it; an index serves one use, the best for it. */
function costWith(statement: Judged, indexes: readonly Candidate[], known: Knowledge): Verdict {
  let cost = statement.cost;
  const used = new Set<string>();
  for (const use of statement.uses.uses) {
    const mine = indexes.filter(({ relation }) => relation.oid === use.relation.oid);
    const gains = mine.map((index) => ({ index, gain: gainOf(statement, use, index, known) }));
    const best = gains.reduce<(typeof gains)[number] | null>(
      (top, next) => (next.gain > (top?.gain ?? 0) ? next : top),
      null,
    );
    const either = eitherGain(statement, use, mine, known);
    if (either !== null && either.gain > (best?.gain ?? 0)) {
      cost -= either.gain;
      for (const id of either.used) used.add(id);
    } else if (best !== null) {
      cost -= best.gain;
      used.add(best.index.id);
    }
  }
  return { cost: Math.max(cost, 0.1), used: [...used] };
}

function gainOf(statement: Judged, use: TableUse, index: Candidate, known: Knowledge): number {
  if (
    index.where !== null &&
    !use.predicates.some((predicate) => implies(predicate, index.where as Predicate))
  )
    return 0;
  const scans = scansOf(statement.nodes, use, known.catalog);
  const before = scans.reduce((sum, node) => sum + node.cost * loopsOf(node), 0);
  if (scans.length === 0) return 0;
  const loops = Math.max(...scans.map(loopsOf));
  const ordered = orderedCost(statement, use, index, known);
  const candidates = [
    before - loops * lookup(use, index, known, null).cost,
    joinGain(scans, before, use, index, known),
    ordered === null ? 0 : ordered.before - ordered.after,
  ];
  const gain = Math.max(...candidates);
  return before - gain > SAFE * before && (ordered === null || ordered.after > SAFE * ordered.before)
    ? 0
    : Math.min(gain, statement.cost * 0.9999);
}

/** Whether a condition of the statement is the one of the partial index. */
function implies(predicate: Predicate, where: Predicate): boolean {
  return !predicate.inOr && predicate.sql === where.sql;
}

/** A join that reads and hashes the whole table, against looking up each row of the other side. */
function joinGain(
  scans: readonly PlanNode[],
  before: number,
  use: TableUse,
  index: Candidate,
  known: Knowledge,
): number {
  const gains = use.predicates.flatMap((predicate) => {
    if (predicate.partner === null) return [];
    const drivers = scans.flatMap((scan) => otherSide(scan) ?? []);
    if (drivers.length === 0) return [];
    const rows = Math.max(...drivers.map(({ planRows }) => planRows));
    return [before - rows * lookup(use, index, known, predicate).cost];
  });
  return Math.max(0, ...gains);
}
