import type { Candidate } from '../candidates/candidate.js';
import type { Limitation } from '../../limitation.js';
import type { Judged } from '../judge/judge.js';
import type { ChooseOptions } from './choice.js';
import type { CostTable } from './costTable.js';

/** Pairs of a statement and an index that may matter to it, up to which every set of indexes is judged as it is. */
const MOST_PAIRS = 10_000;
/** Indexes that are tried where there are more pairs. */
const MOST_TRIED = 300;

interface Pool {
  readonly pool: readonly Candidate[];
  readonly sets: readonly (readonly Candidate[])[];
}

/**
 * What a search can try in the time that people wait: counted, not timed, so that it is the same everywhere. Of a larger
 * workload the indexes whose own statements cost most are tried, and the table of costs answers coarsely.
 */
export function bounded(
  { pool, sets }: Pool,
  judged: readonly Judged[],
  weight: ChooseOptions['weight'],
  table: CostTable,
): Pool & { readonly limitations: Limitation[] } {
  const pairs = judged.reduce(
    (sum, statement) => sum + pool.filter((one) => table.matters(statement, one)).length,
    0,
  );
  if (pairs <= MOST_PAIRS) return { pool, sets, limitations: [] };
  table.answerCoarsely();
  const costs = new Map<string, number>();
  for (const statement of judged)
    for (const { id } of statement.candidates)
      costs.set(id, (costs.get(id) ?? 0) + weight(statement) * statement.cost);
  const cost = ({ id }: Candidate): number => costs.get(id) ?? 0;
  const tried = [...pool].sort((a, b) => cost(b) - cost(a) || (a.id < b.id ? -1 : 1)).slice(0, MOST_TRIED);
  const ids = new Set(tried.map(({ id }) => id));
  const message = `${String(tried.length)} of ${String(pool.length)} indexes were tried, for the statements that cost most, and each by itself`;
  return {
    pool: pool.filter(({ id }) => ids.has(id)),
    sets: sets.filter((set) => set.every(({ id }) => ids.has(id))),
    limitations: [{ subject: 'indexes', status: 'partial', reason: 'truncated', message }],
  };
}
