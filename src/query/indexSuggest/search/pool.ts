import { isBrinOf } from './move.js';
import type { TableUse } from '../statement/usage.js';
import type { Candidate } from '../candidates/candidate.js';
import { hopesToStopEarly } from '../candidates/stopsEarly.js';
import type { Judged } from '../judge/judge.js';
import { LEAST_COST, NEAR_CUT } from './leastCosts.js';
import { usesOf } from './checkedUses.js';
import type { CostTable } from './costTable.js';

/**
 * The candidates that each statement would use if all of its own existed, and what they can be cut down to: the only
 * ones that the search has to try.
 */
export async function poolOf(
  statements: readonly Judged[],
  table: CostTable,
  cutDown: (winner: Candidate, uses: readonly TableUse[]) => readonly Candidate[],
): Promise<{ pool: Candidate[]; sets: Candidate[][] }> {
  const pool = new Map<string, Candidate>();
  const sets = new Map<string, Candidate[]>();
  for (const statement of statements) {
    if (statement.cost < LEAST_COST || statement.candidates.length === 0) continue;
    const winners = await winnersOf(statement, statement.candidates, table);
    const others = winners.flatMap((winner) => otherOrders(winner, statement.candidates));
    // What hopes to stop early may not stand the check of that: what is best without it is tried, too.
    const sure = winners.some((one) => isHopeful(statement, one))
      ? await winnersOf(
          statement,
          statement.candidates.filter((one) => !isHopeful(statement, one)),
          table,
        )
      : [];
    const small = statement.candidates.filter((brin) =>
      winners.some((winner) => isBrinOf({ add: [brin] }, { add: [winner] })),
    );
    for (const one of small) pool.set(one.id, one);
    for (const one of [...winners, ...sure, ...others].flatMap((winner) => [
      winner,
      ...cutDown(winner, statement.uses.uses),
    ]))
      if (!pool.has(one.id)) pool.set(one.id, one);
    for (const group of [
      winners,
      winners.map(
        (winner) =>
          cutDown(winner, statement.uses.uses).find(
            ({ include }) => include.length === 0 && winner.include.length > 0,
          ) ?? winner,
      ),
    ]) {
      if (group.length > 1 && group.length <= 4)
        sets.set(
          group
            .map(({ id }) => id)
            .sort()
            .join('\n'),
          group,
        );
    }
  }
  const inOrder = [...pool.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { pool: inOrder, sets: [...sets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, set]) => set) };
}

/**
 * The same keys in another order. Where all are equal to something, any order costs the same, and the planner takes one
 * of them by chance; but only some can be cut down to what serves other statements.
 */
function otherOrders(winner: Candidate, candidates: readonly Candidate[]): Candidate[] {
  const same = kindOf(winner);
  return candidates.filter((one) => one.id !== winner.id && kindOf(one) === same);
}

function kindOf({ relation, method, keys, include, where }: Candidate): string {
  const terms = keys.map(({ term, opclass, descending }) => JSON.stringify([term.sql, opclass, descending]));
  return JSON.stringify([relation.oid, method, terms.sort(), [...include].sort(), where?.sql ?? null]);
}

function isHopeful({ uses }: Judged, one: Candidate): boolean {
  return usesOf(one, [{ uses }]).some((use) => hopesToStopEarly(one, use));
}

/** Which of some candidates a statement would use if all of them existed; none where it would gain nothing. */
async function winnersOf(
  statement: Judged,
  candidates: readonly Candidate[],
  table: CostTable,
): Promise<Candidate[]> {
  const byId = new Map(candidates.map((one) => [one.id, one]));
  const { used, cost } = await table.cost(statement, candidates);
  return cost > statement.cost * (1 - NEAR_CUT) ? [] : used.flatMap((id) => byId.get(id) ?? []);
}
