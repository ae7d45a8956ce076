import type { PlanNode } from '../../plan/planNode.js';
import type { Candidate } from '../candidates/candidate.js';
import { type Catalog, pagesOf, rowsOf } from '../catalog/catalog.js';
import type { Judge, Judged, Verdict } from './judge.js';
import { estimatedSize } from './sizes.js';
import type { Predicate, TableUse } from '../statement/usage.js';
import type { Prices } from './prices.js';
import type { Knowledge } from './knowledge.js';
import { asksForEach, driverOf, loopsOf, ownCost, scansOf, stopAbove } from './planScans.js';
import { eitherGain } from './eitherGain.js';
import { lookup } from './lookup.js';
import { orderedCost, orderedRead } from './orderedCost.js';

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
  const plain = readingAll(use, known);
  const before = scans.reduce((sum, node) => sum + ownCost(node, plain) * loopsOf(node), 0);
  if (scans.length === 0) return 0;
  const loops = Math.max(...scans.map(loopsOf));
  const partners = partnersOf(statement, use, known);
  const asked = withParameters(use, (one) => asksForEach(scans[0] as PlanNode, partners(one)));
  const ordered = orderedCost(statement, use, index, known);
  const candidates = [
    before - loops * lookup(asked, index, known, keptBy(scans, use, known)).cost,
    ...joinsOf(scans, asked, partners).map(
      ({ rows, joined }) => before - rows * lookup(joined, index, known).cost,
    ),
    runGain(scans, use, index, known),
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

/** A table that is read anew for each row of another: each time it is looked up by that row, and in order where one stops. */
function runGain(scans: readonly PlanNode[], use: TableUse, index: Candidate, known: Knowledge): number {
  const [scan] = scans;
  if (scan === undefined || scans.length > 1 || loopsOf(scan) <= 1) return 0;
  const lookups = use.predicates
    .filter(({ partner }) => partner !== null)
    .map(
      (one) =>
        scan.cost -
        lookup(
          withParameters(use, (other) => other === one),
          index,
          known,
        ).cost,
    );
  const stop = stopAbove(scan);
  const ordered = stop === null ? null : orderedRead(use, index, known, stop.planRows);
  const stopped = stop === null || ordered === null ? 0 : stop.cost - ordered;
  return loopsOf(scan) * Math.max(0, stopped, ...lookups);
}

/** The share of a table’s rows that its scans keep by the plan; null where the plan asks for other values each time. */
function keptBy(
  scans: readonly PlanNode[],
  { relation, residual }: TableUse,
  { catalog }: Knowledge,
): number | null {
  if (residual > 0 || scans.some((scan) => loopsOf(scan) > 1)) return null;
  return scans.reduce((sum, { planRows }) => sum + planRows, 0) / Math.max(1, rowsOf(catalog, relation));
}

/** Reading a table from end to end. */
function readingAll({ relation }: TableUse, { catalog, prices }: Knowledge): number {
  return (
    pagesOf(catalog, relation) * prices.seqPage + rowsOf(catalog, relation) * (prices.tuple + prices.operator)
  );
}

/** The plan’s scans of the table on the other side of a join condition. */
function partnersOf(statement: Judged, use: TableUse, { catalog }: Knowledge): PartnersOf {
  return ({ partner }) => {
    const other = statement.uses.uses.find(({ id }) => id === partner?.use);
    return other === undefined || other === use ? [] : scansOf(statement.nodes, other, catalog);
  };
}

type PartnersOf = (predicate: Predicate) => readonly PlanNode[];

/** A use with some of its join conditions as what they are once the other side’s row is there: equal to one value. */
function withParameters(use: TableUse, given: (predicate: Predicate) => boolean): TableUse {
  return {
    ...use,
    predicates: use.predicates.map((one) =>
      one.partner !== null && given(one) ? { ...one, shape: 'equal', partner: null, values: null } : one,
    ),
  };
}

/** A join that reads and hashes the whole table, against looking up each row of the other side by all that joins it. */
function joinsOf(
  scans: readonly PlanNode[],
  use: TableUse,
  partners: PartnersOf,
): { rows: number; joined: TableUse }[] {
  return use.predicates.flatMap((predicate) => {
    if (predicate.partner === null) return [];
    const drivers = scans.flatMap((scan) => driverOf(scan, partners(predicate)) ?? []);
    if (drivers.length === 0) return [];
    const id = predicate.partner.use;
    return [
      {
        rows: Math.max(...drivers.map((driver) => driver.planRows * loopsOf(driver))),
        joined: withParameters(use, (one) => one === predicate || (id !== null && one.partner?.use === id)),
      },
    ];
  });
}
