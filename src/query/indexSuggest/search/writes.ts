import { type Candidate, columnsIn } from '../candidates/candidate.js';
import { type Catalog, leavesOf } from '../catalog/catalog.js';
import type { Judged } from '../judge/judge.js';
import type { Prices } from '../judge/prices.js';
import type { StatementUses } from '../statement/usage.js';

type Write = StatementUses['writes'][number];

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
/** Calls of an application's statements; what was loaded in fewer is the size of the table, and is not written again. */
const MOST_LOADS = 10;
/** Rows that one scan of a table must have changed on average for its changes to be those of a load. */
const AT_A_TIME = 20;

/**
 * What an index would have cost the writers since the statistics were reset: an entry for each new row version. What
 * loading the table brought is counted only where statements show that it comes one by one: the rows that are there,
 * as many that are gone, and one change of each row where many were changed at a time.
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
  const rows = sum((leaf) => leaf.rows ?? 0);
  const churn = Math.max(0, sum(({ inserted }) => inserted) - 2 * rows);
  const inserts = Math.max(churn, writtenOneByOne(one, statements, 'insert'));
  const scans = sum(({ seq_scan, idx_scan }) => seq_scan + idx_scan);
  const changes = updates - writtenOneByOne(one, statements, 'update');
  const loaded = changes > AT_A_TIME * scans ? Math.min(changes, rows) : 0;
  const cold = Math.max(0, updates - hot - loaded);
  const lost = sparesHot(one, statements) ? 0 : Math.min(hot, updates - loaded - cold);
  // A deleted row's entry is removed by VACUUM, many at a time.
  const entries = inserts + cold + lost * (1 + one.relation.indexes.length) + deletes * 0.1;
  return { cost: entries * perEntry(prices), inserts, updates, deletes, lost_hot_updates: lost };
}

/** Whether the workload's updates are seen to set none of its columns: those that are HOT remain so. */
function sparesHot(one: Candidate, statements: readonly Judged[]): boolean {
  const held = columnsIn(one);
  const sets = writesOf(one, statements, 'update');
  return (
    sets.length > 0 &&
    sets.every(({ columns }) => columns.length > 0 && !columns.some((column) => held.has(column)))
  );
}

function perEntry({ randomPage, operator }: Prices): number {
  return COLD * randomPage + OPERATORS * operator;
}

function writesOf(one: Candidate, statements: readonly Judged[], kind: Write['kind']): Write[] {
  return statements.flatMap(({ uses }) => uses.writes.filter((write) => isOf(write, one, kind)));
}

function isOf(write: Write, { relation }: Candidate, kind: Write['kind']): boolean {
  return write.relation.oid === relation.oid && write.kind === kind;
}

/** Rows that statements wrote which were called often. */
function writtenOneByOne(one: Candidate, statements: readonly Judged[], kind: Write['kind']): number {
  return statements
    .filter(
      ({ entry, uses }) => entry.calls >= MOST_LOADS && uses.writes.some((write) => isOf(write, one, kind)),
    )
    .reduce((total, { entry }) => total + (entry.rows ?? entry.calls), 0);
}

/** How often a table was read, for workloads that do not say how often they run. */
export function readsOf(one: Candidate, catalog: Catalog): number {
  return leavesOf(catalog, one.relation).reduce((most, { seq_scan }) => Math.max(most, seq_scan), 0);
}
