import type { PlanNode } from '../plan/planNode.js';
import type { Candidate } from './candidate.js';
import { type Catalog, leavesOf, pagesOf, rowsOf } from './catalog.js';
import type { Judge, Judged, Verdict } from './judge.js';
import { selectivity } from './selectivity.js';
import { estimatedSize } from './sizes.js';
import type { Predicate, TableUse } from './usage.js';

/** The planner's prices, as the role's own sessions have them. */
export interface Prices {
  readonly seqPage: number;
  readonly randomPage: number;
  readonly tuple: number;
  readonly indexTuple: number;
  readonly operator: number;
}

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

interface Knowledge {
  readonly catalog: Catalog;
  readonly prices: Prices;
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
    if (best === null) continue;
    cost -= best.gain;
    used.add(best.index.id);
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
    ordered === null ? 0 : statement.cost - ordered,
  ];
  const gain = Math.max(...candidates);
  return before - gain > SAFE * before && (ordered === null || ordered > SAFE * statement.cost)
    ? 0
    : Math.min(gain, statement.cost * 0.9999);
}

/** Whether a condition of the statement is the one of the partial index. */
function implies(predicate: Predicate, where: Predicate): boolean {
  return !predicate.inOr && predicate.sql === where.sql;
}

/** The plan's scans of a use: of its table, or of the partitions of it. */
function scansOf(nodes: readonly PlanNode[], use: TableUse, catalog: Catalog): PlanNode[] {
  const names = new Set(leavesOf(catalog, use.relation).map(({ schema, name }) => `${schema}.${name}`));
  return nodes.filter(
    ({ type, schema, relation, alias }) =>
      type.endsWith('Scan') &&
      names.has(`${schema ?? ''}.${relation ?? ''}`) &&
      (alias === use.alias || (alias ?? '').replace(/_\d+$/, '') === use.alias),
  );
}

/** How often a node is run: once for each row of what stands before it in a nested loop. */
function loopsOf(node: PlanNode): number {
  let loops = 1;
  for (let at = node; at.parent !== null; at = at.parent) {
    const { parent } = at;
    if (
      parent.type === 'Materialize' ||
      parent.type === 'Memoize' ||
      parent.type === 'Hash' ||
      parent.type === 'Sort'
    )
      return loops;
    const [outer, inner] = parent.children;
    if (parent.type === 'Nested Loop' && inner === at && outer !== undefined)
      loops *= Math.max(1, outer.planRows);
  }
  return loops;
}

/** What looking up costs, and how many rows it finds. @param join the predicate whose value comes from another table */
function lookup(
  use: TableUse,
  index: Candidate,
  { catalog, prices }: Knowledge,
  join: Predicate | null,
): { cost: number; rows: number } {
  const { relation } = use;
  const rows = Math.max(1, rowsOf(catalog, relation));
  const pages = Math.max(1, pagesOf(catalog, relation));
  const served = servedPredicates(use, index, join);
  if (served === null) return { cost: Infinity, rows };
  const share = served.reduce(
    (product, predicate) => product * selectivity(predicate, catalog, relation),
    index.where === null ? 1 : selectivity(index.where, catalog, relation),
  );
  const found = Math.max(1, rows * share);
  const lookups =
    served.reduce((product, { count }) => product * count, 1) *
    (relation.kind === 'p' ? Math.max(1, leavesOf(catalog, relation).length) : 1);
  const indexPages = estimatedSize(index, catalog, pages) / catalog.blockBytes;
  const entering =
    lookups * (Math.ceil(Math.log2(rows)) * prices.operator + 50 * prices.operator * 2) +
    lookups * prices.randomPage;
  const reading = found * (prices.indexTuple + prices.operator) + share * indexPages * prices.seqPage;
  if (index.method === 'brin') {
    const touched = Math.min(pages, 2 * 128 + share * pages);
    return {
      cost:
        indexPages * prices.randomPage + touched * prices.seqPage + (touched / pages) * rows * prices.tuple,
      rows: found,
    };
  }
  return { cost: entering + reading + fetching(use, index, found, { rows, pages }, prices), rows: found };
}

/** Reading the rows of the table itself: page by page in the worst case, side by side where they lie in the index's order. */
function fetching(
  use: TableUse,
  index: Candidate,
  found: number,
  { rows, pages }: { rows: number; pages: number },
  prices: Prices,
): number {
  const held = new Set([
    ...index.include,
    ...index.keys.flatMap(({ term }) => (term.column === null ? [] : term.columns)),
  ]);
  const covered = use.needed?.every((name) => held.has(name)) === true;
  const scattered = Math.min(pages, (2 * pages * found) / (2 * pages + found));
  const price = prices.randomPage - (prices.randomPage - prices.seqPage) * Math.sqrt(scattered / pages);
  const worst = scattered * price;
  const best = Math.max(1, (found / rows) * pages) * prices.seqPage;
  const order = index.keys[0]?.term.column?.correlation ?? 0;
  return (worst + (best - worst) * order * order) * (covered ? 0.1 : 1) + found * prices.tuple;
}

/** The conditions that narrow the search: equalities of leading keys, and of the next key whatever is left; null: none. */
function servedPredicates(use: TableUse, index: Candidate, join: Predicate | null): Predicate[] | null {
  const served: Predicate[] = [];
  for (const [at, { term, opclass }] of index.keys.entries()) {
    const about = use.predicates.filter(
      (predicate) =>
        predicate.term.sql === term.sql &&
        !predicate.inOr &&
        (predicate.partner === null || predicate === join),
    );
    const exact = about.find(
      ({ shape, partner }) => partner !== null || shape === 'equal' || shape === 'in' || shape === 'null',
    );
    if (index.method === 'gin') {
      const contained = about.find(
        ({ shape }) =>
          shape === 'contains' ||
          shape === 'text_search' ||
          shape === 'infix' ||
          shape === 'pattern' ||
          shape === 'prefix',
      );
      return contained === undefined ? null : [contained];
    }
    if (exact !== undefined && opclass === null) {
      served.push(exact);
      continue;
    }
    const bytewise = opclass !== null || term.column?.bytewise === true;
    const tail = about.filter(
      ({ shape }) =>
        (shape === 'range' && opclass === null) || ((shape === 'prefix' || shape === 'pattern') && bytewise),
    );
    served.push(...tail);
    if (tail.length === 0 && at === 0 && index.where === null) return null;
    break;
  }
  return served.length === 0 && index.where === null ? null : joinFirst(served, join);
}

function joinFirst(served: Predicate[], join: Predicate | null): Predicate[] | null {
  return join !== null && !served.includes(join) ? null : served;
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

/** The other input of the nearest join above a scan, when each of its rows is looked for in what the scan reads. */
function otherSide(scan: PlanNode): PlanNode | null {
  for (let at = scan; at.parent !== null; at = at.parent) {
    const { parent } = at;
    if (/Join|Nested Loop/.test(parent.type))
      return parent.children.find((child) => child !== at && child.relationship !== 'InitPlan') ?? null;
    if (/Aggregate|Group|Limit|Unique/.test(parent.type)) return null;
  }
  return null;
}

/** ORDER BY … LIMIT over one table: reading in order and stopping, instead of reading all and sorting. */
function orderedCost(statement: Judged, use: TableUse, index: Candidate, known: Knowledge): number | null {
  const { catalog } = known;
  if (!use.limited || use.sort.length === 0 || statement.uses.uses.length > 1 || index.method !== 'btree')
    return null;
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
  const shares = leading.flatMap((predicate) =>
    predicate === undefined ? [] : selectivity(predicate, catalog, use.relation),
  );
  const share = shares.reduce(
    (product, next) => product * next,
    index.where === null ? 1 : selectivity(index.where, catalog, use.relation),
  );
  const matching = Math.max(1, rowsOf(catalog, use.relation) * share);
  const rest = use.predicates.filter(
    ({ term }) =>
      !index.keys.slice(0, start + use.sort.length).some((key) => key.term.sql === term.sql) &&
      term.sql !== index.where?.term.sql,
  );
  const filtered = rest.reduce(
    (product, predicate) => product * selectivity(predicate, catalog, use.relation),
    1,
  );
  const wanted = statement.nodes[0]?.type === 'Limit' ? statement.nodes[0].planRows : 1;
  const read = Math.min(matching, wanted / Math.max(filtered, 1e-9));
  return known.prices.randomPage * (2 + read) + read * (known.prices.tuple + known.prices.indexTuple);
}
