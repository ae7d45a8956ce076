import type { Candidate } from '../candidates/candidate.js';
import { leavesOf, pagesOf, rowsOf } from '../catalog/catalog.js';
import { sharedBy } from './sharedBy.js';
import { coversAll, UNSEEN } from './coversAll.js';
import { estimatedSize } from './sizes.js';
import type { TableUse } from '../statement/usage.js';
import type { Prices } from './prices.js';
import type { Knowledge } from './knowledge.js';
import { servedPredicates } from './servedPredicates.js';

/** A value that more rows than this share decides a column's correlation alone. */
const MOSTLY_ONE = 0.5;

/**
 * What looking up costs, and how many rows it finds.
 * @param kept share of the rows that all conditions together keep, as the plan has it; null: not known
 */
export function lookup(
  use: TableUse,
  index: Candidate,
  { catalog, prices }: Knowledge,
  kept: number | null = null,
): { cost: number; rows: number } {
  const { relation } = use;
  const rows = Math.max(1, rowsOf(catalog, relation));
  const pages = Math.max(1, pagesOf(catalog, relation));
  const served = servedPredicates(use, index);
  if (served === null) return { cost: Infinity, rows };
  const all = index.where === null ? served : [...served, index.where];
  const guess = sharedBy(all, catalog, relation);
  const others = use.predicates.filter((one) => one.partner === null && !served.includes(one));
  // The planner compares a document or an array with those of the statistics, which cannot be done here.
  const share =
    index.method === 'gin' && kept !== null
      ? Math.min(guess, kept / Math.max(kept, sharedBy(others, catalog, relation)))
      : guess;
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
  const covered = coversAll(use, index);
  const scattered = Math.min(pages, (2 * pages * found) / (2 * pages + found));
  const price = prices.randomPage - (prices.randomPage - prices.seqPage) * Math.sqrt(scattered / pages);
  const worst = scattered * price;
  const best = Math.max(1, (found / rows) * pages) * prices.seqPage;
  // Source: btcostestimate() of src/backend/utils/adt/selfuncs.c
  const order = orderOf(use, index) * (index.keys.length > 1 ? 0.75 : 1);
  return (worst + (best - worst) * order * order) * (covered ? UNSEEN : 1) + found * prices.tuple;
}

/** How well rows lie in an index's order. Where NULLs lie, or rare values beside a common one, no correlation tells. */
function orderOf(use: TableUse, { keys: [first] }: Candidate): number {
  const nulls = use.predicates.some(({ shape, term }) => shape === 'null' && term.sql === first?.term.sql);
  const [commonest = 0] = first?.term.column?.common_freqs ?? [];
  return nulls || commonest > MOSTLY_ONE ? 0 : (first?.term.column?.correlation ?? 0);
}
