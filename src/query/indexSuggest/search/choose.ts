import { setImmediate } from 'node:timers/promises';
import type { Candidate } from '../candidates/candidate.js';
import type { Judged, Verdict } from '../judge/judge.js';
import type { Choice, ChooseOptions, Passed } from './choice.js';
import type { CostTable } from './costTable.js';
import { Search } from './search.js';
import { simplify } from './simplify.js';

/** Rounds of the search; each takes one index or a pair. */
const MOST_ROUNDS = 200;
/** The same where the workload is so large that the costs are coarse. */
const MOST_COARSE_ROUNDS = 50;

/** Takes the index that spares the workload most, again and again, until none is worth it. */
export async function choose(
  statements: readonly Judged[],
  { pool, sets }: { readonly pool: readonly Candidate[]; readonly sets: readonly (readonly Candidate[])[] },
  table: CostTable,
  sizeOf: (candidate: Candidate) => Promise<number>,
  options: ChooseOptions,
): Promise<Choice> {
  const search = new Search(statements, table, sizeOf, options);
  const allowed = (one: Candidate): boolean => !options.rejected.has(one.id);
  const moves = [...pool.filter(allowed).map((one) => [one]), ...sets.filter((set) => set.every(allowed))];
  let chosen = await search.affordable(options.first);
  let passed: Passed[] = [];
  for (let round = 0; round < (table.isCoarse() ? MOST_COARSE_ROUNDS : MOST_ROUNDS); round++) {
    // Costs that are known ask nobody: a signal, or the end of --timeout, is heard between two rounds.
    await setImmediate();
    const tried = await search.round(chosen, moves);
    passed = tried.passed;
    if (tried.best === null) break;
    chosen = [...chosen, ...tried.best.add];
  }
  const simple = await simplify(await search.prune(chosen), { statements, table, sizeOf, options });
  chosen = await search.shrink(simple, pool.filter(allowed));
  chosen = await search.slim(await search.merge(chosen));
  const costs = new Map<number, Verdict>();
  for (const statement of statements) costs.set(statement.at, await table.cost(statement, chosen));
  return { chosen, passed, costs };
}
