import { type Candidate, columnsIn } from '../candidates/candidate.js';
import { type Catalog, leavesOf } from '../catalog/catalog.js';
import type { Judged } from '../judge/judge.js';
import type { Prices } from '../judge/prices.js';

/** What a new index costs the writers of its table. */
export interface WritePenalty {
  /** In the planner's units, over the time that the statistics cover. */
  readonly cost: number;
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
  /** Updates that touched no index, and would have to touch all of them. */
  readonly lost_hot_updates: number;
}

/** Share of the pages that writing an entry has to read first; the rest of a btree's path is in memory. */
const COLD = 0.5;
/** Comparisons on the way down a btree, and the making of an entry, in operator costs. */
const OPERATORS = 50;
/** INSERTs of an application; what was loaded in a few calls is the size of the table, and is not written again. */
const MOST_LOADS = 10;

/**
 * What an index would have cost the writers since the statistics were reset: an entry for each new row version. Rows
 * that were loaded once, and are still there, are counted only where statements show that they come one by one.
 */
export function writePenalty(
  one: Candidate,
  catalog: Catalog,
  statements: readonly Judged[],
  prices: Prices,
): WritePenalty {
  const leaves = leavesOf(catalog, one.relation);
  const sum = (count: (leaf: (typeof leaves)[number]) => number): number =>
    leaves.reduce((total, leaf) => total + count(leaf), 0);
  const [updates, hot, deletes] = [
    sum(({ updated }) => updated),
    sum(({ hot_updated }) => hot_updated),
    sum(({ deleted }) => deleted),
  ];
  const churn = Math.max(0, sum(({ inserted }) => inserted) - sum(({ rows }) => rows ?? 0));
  const inserts = Math.max(churn, insertedOneByOne(one, statements));
  const held = columnsIn(one);
  const sets = statements.flatMap(({ uses }) =>
    uses.writes.filter(({ relation, kind }) => relation.oid === one.relation.oid && kind === 'update'),
  );
  const untouched =
    sets.length > 0 &&
    sets.every(({ columns }) => columns.length > 0 && !columns.some((column) => held.has(column)));
  const lost = untouched ? 0 : hot;
  const indexes = one.relation.indexes.length;
  const entries = inserts + (updates - hot) + lost * (1 + indexes);
  // A deleted row's entry is removed by VACUUM, many at a time.
  return {
    cost: (entries + deletes * 0.1) * perEntry(prices),
    inserts,
    updates,
    deletes,
    lost_hot_updates: lost,
  };
}

function perEntry({ randomPage, operator }: Prices): number {
  return COLD * randomPage + OPERATORS * operator;
}

function insertedOneByOne(one: Candidate, statements: readonly Judged[]): number {
  return statements.reduce((total, { entry, uses }) => {
    const inserts = uses.writes.some(
      ({ relation, kind }) => relation.oid === one.relation.oid && kind === 'insert',
    );
    return inserts && entry.calls >= MOST_LOADS ? total + (entry.rows ?? entry.calls) : total;
  }, 0);
}

/** How often a table was read, for workloads that do not say how often they run. */
export function readsOf(one: Candidate, catalog: Catalog): number {
  return leavesOf(catalog, one.relation).reduce((most, { seq_scan }) => Math.max(most, seq_scan), 0);
}
