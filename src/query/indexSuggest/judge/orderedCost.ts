import { coversAll, UNSEEN } from './coversAll.js';
import type { PlanNode } from '../../plan/planNode.js';
import type { Candidate } from '../candidates/candidate.js';
import { rowsOf } from '../catalog/catalog.js';
import { type Judged, limitOf } from './judge.js';
import { loopsOf, scansOf } from './planScans.js';
import { sharedBy } from './sharedBy.js';
import type { Predicate, TableUse } from '../statement/usage.js';
import type { Knowledge } from './knowledge.js';

/**
 * ORDER BY … LIMIT over one table: reading in order and stopping, instead of reading all and sorting. What that part of
 * the statement costs in the plan that there is, and by the index; null where the index does not bring the order.
 */
export function orderedCost(
  statement: Judged,
  use: TableUse,
  index: Candidate,
  known: Knowledge,
): { before: number; after: number } | null {
  const limit = limitOver(scansOf(statement.nodes, use, known.catalog));
  if (limit === null && statement.uses.uses.length > 1) return null;
  const isWhole = limit === null || limit === statement.nodes[0];
  const after = orderedRead(use, index, known, isWhole ? limitOf(statement) : limit.planRows);
  if (after === null) return null;
  const loops = limit === null ? 1 : loopsOf(limit);
  return { before: limit === null ? statement.cost : loops * limit.cost, after: loops * after };
}

/** The LIMIT right above the scans of a use, which nothing but sorting stands between. */
function limitOver(scans: readonly PlanNode[]): PlanNode | null {
  for (const scan of scans) {
    let at: PlanNode | null = scan.parent;
    while (at !== null && /Sort|LockRows|Gather|Append|Result/.test(at.type)) at = at.parent;
    if (at?.type === 'Limit') return at;
  }
  return null;
}

/** What reading so many rows in the order of an index costs once; null where its order is another. */
export function orderedRead(
  use: TableUse,
  index: Candidate,
  known: Knowledge,
  wanted: number,
): number | null {
  const { catalog } = known;
  if (!use.limited || use.sort.length === 0 || index.method !== 'btree') return null;
  const [first] = use.sort;
  const start = index.keys.findIndex(({ term }) => term.sql === first?.term.sql);
  const exact = (sql: string): Predicate | undefined =>
    use.predicates.find(
      ({ term, shape, inOr }) => term.sql === sql && !inOr && (shape === 'equal' || shape === 'null'),
    );
  const leading = index.keys.slice(0, Math.max(start, 0)).map(({ term }) => exact(term.sql));
  const follows = use.sort.every(({ term, descending }, at) => {
    const key = index.keys[start + at];
    return (
      key?.term.sql === term.sql &&
      (descending === first?.descending) === (key.descending === index.keys[start]?.descending)
    );
  });
  if (start < 0 || !follows || leading.some((predicate) => predicate === undefined)) return null;
  const { relation } = use;
  const narrowing = [...leading, index.where].filter((one) => one != null);
  const matching = Math.max(1, rowsOf(catalog, relation) * sharedBy(narrowing, catalog, relation));
  const held = new Set(index.keys.slice(0, start + use.sort.length).map(({ term }) => term.sql));
  const rest = use.predicates.filter(({ term }) => !held.has(term.sql) && term.sql !== index.where?.term.sql);
  const filtered = sharedBy(rest, catalog, relation);
  const read = Math.min(matching, wanted / Math.max(filtered, 1e-9));
  const { randomPage, tuple, indexTuple } = known.prices;
  return randomPage * (2 + read * (coversAll(use, index) ? UNSEEN : 1)) + read * (tuple + indexTuple);
}
