import type { Candidate } from '../candidates/candidate.js';
import type { Catalog, Relation } from '../catalog/catalog.js';
import { checkAll } from './checks.js';
import { bounded } from './bounded.js';
import type { Checks } from './checkAround.js';
import type { Choice } from './choice.js';
import { choose } from './choose.js';
import { CostTable } from './costTable.js';
import { poolOf } from './pool.js';
import { type BareForeignKey, bareForeignKeys, deletesCost, servesKey } from '../candidates/foreignKeys.js';
import type { Judge, Judged, Verdict } from '../judge/judge.js';
import type { Prices } from '../judge/prices.js';
import type { Found, SuggestSurroundings, SuggestWish } from '../answer/adviceParts.js';
import type { Limitation } from '../../limitation.js';
import type { Workload } from '../workload.js';
import { readsOf, writePenalty } from './writes.js';
import { cutDown } from '../candidates/cutDown.js';

/** Rounds of choosing, checking, and choosing again without what was found wanting. */
const MOST_CHECKS = 10;

interface SearchAround {
  readonly weight: Found['weight'];
  readonly wish: SuggestWish;
  /** The only table to advise on. */
  readonly only: Relation | null;
  readonly around: SuggestSurroundings;
  readonly catalog: Catalog;
  readonly judge: Judge;
  readonly judged: readonly Judged[];
  readonly prices: Prices;
  readonly workload: Workload;
}

/** Chooses, checks what the gain of each pick rests on, and chooses again without those whose gain is not real. */
export async function search(asked: SearchAround): Promise<Found & { readonly limitations: Limitation[] }> {
  const { weight, wish, around, catalog, judge, judged, prices } = asked;
  const table = new CostTable(judge);
  const { pool, sets, limitations } = bounded(await poolOf(judged, table, cutDown), judged, weight, table);
  const sizes = new Map<string, number>();
  const sizeOf = async (one: Candidate): Promise<number> => {
    const known = sizes.get(one.id) ?? (await judge.sizeOf(one));
    sizes.set(one.id, known);
    return known;
  };
  for (const one of pool) await sizeOf(one);
  const { foreignKeys, first } = keysToIndex(asked);
  const { maxIndexes, sizeBudget } = wish;
  const rejected = new Set<string>();
  const options = { maxIndexes, sizeBudget, weight, rejected, first, standsFor: servesKey };
  const penalty = penalties(asked);
  const checks: Checks = new Map();
  const checking = { around: { server: around.server, prices }, catalog, checks, table };
  for (let round = 0; ; round++) {
    const choice = await choose(judged, { pool, sets }, table, sizeOf, { ...options, penalty });
    const { failed, distrusted } = await checkAll(choice, judged, checking);
    for (const id of failed) rejected.add(id);
    if ((failed.length > 0 || distrusted) && round < MOST_CHECKS) continue;
    for (const one of choice.chosen) await sizeOf(one);
    const exact = await exactly(choice, judged, table);
    return { choice: exact, checks, foreignKeys, sizes, weight, limitations };
  }
}

/** What each index costs its writers; a workload that does not say how often it runs is taken for one of the table’s reads. */
function penalties({ catalog, judged, prices, workload }: SearchAround): (one: Candidate) => number {
  const known = new Map<string, number>();
  return (one) => {
    const before = known.get(one.id);
    if (before !== undefined) return before;
    const reads = workload.source === 'pg_stat_statements' ? 1 : Math.max(1, readsOf(one, catalog));
    const penalty = writePenalty(one, catalog, judged, prices).cost / reads;
    known.set(one.id, penalty);
    return penalty;
  };
}

/** Foreign keys without an index that are asked about, and the indexes of those that are worth one, most needed first. */
function keysToIndex({ wish, only, catalog, judged, prices, workload }: SearchAround): {
  foreignKeys: readonly BareForeignKey[];
  first: readonly Candidate[];
} {
  const counted = workload.source === 'pg_stat_statements';
  // Who gives statements asks about their tables.
  const named = new Set(judged.flatMap(({ uses }) => uses.relations.map(({ oid }) => oid)));
  const foreignKeys = bareForeignKeys(catalog, judged, wish.minRows).filter(({ key }) =>
    only === null ? counted || named.has(key.from) : only.oid === key.from,
  );
  const spared = (bare: BareForeignKey): number =>
    deletesCost(bare, catalog, prices) - writePenalty(bare.candidate, catalog, judged, prices).cost;
  const first = foreignKeys
    .filter((bare) => spared(bare) > 0)
    .sort((a, b) => spared(b) - spared(a))
    .map(({ candidate: one }) => one);
  return { foreignKeys, first };
}

/** A choice with the costs of all picks together, where the search was told them coarsely. */
async function exactly(choice: Choice, judged: readonly Judged[], table: CostTable): Promise<Choice> {
  if (!table.isCoarse()) return choice;
  table.answerCoarsely(false);
  const costs = new Map<number, Verdict>();
  for (const statement of judged) costs.set(statement.at, await table.cost(statement, choice.chosen));
  return { ...choice, costs };
}
