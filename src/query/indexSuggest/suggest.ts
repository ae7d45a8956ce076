import { PgdbaError } from '../../core/errors.js';
import { parseTableName } from './tableName.js';
import { planStatement } from '../plan/planStatement.js';
import { PINNED, readUserSettings, type UserSettings } from '../plan/userSettings.js';
import { adviceOf } from './advice.js';
import { type Candidate, candidate } from './candidate.js';
import type { Catalog, Relation } from './catalog.js';
import { checkAll, type Checks } from './checks.js';
import { choose, CostTable, poolOf } from './choose.js';
import { bareForeignKeys, type BareForeignKey, deletesCost, servesKey } from './foreignKeys.js';
import { HypopgJudge, whyNotHypopg } from './hypopgJudge.js';
import type { Judge, Judged } from './judge.js';
import { readCatalog } from './readCatalog.js';
import { representatives } from './represent.js';
import { servedBy } from './served.js';
import { type Prices, statisticsJudge } from './statisticsJudge.js';
import type { Found, SuggestSurroundings, SuggestWish } from './adviceParts.js';
import type { SuggestData } from './suggestData.js';
import { type LeftOut, parseAll, understandAll } from './understand.js';
import { readWorkload, type Workload } from './workload.js';
import { readsOf, writePenalty } from './writes.js';

const PRICES = [
  'seq_page_cost',
  'random_page_cost',
  'cpu_tuple_cost',
  'cpu_index_tuple_cost',
  'cpu_operator_cost',
  'block_size',
] as const;

/** Rounds of choosing, checking, and choosing again without what was found wanting. */
const MOST_CHECKS = 10;

/**
 * The indexes that a workload lacks, what speaks for each, and what was left out.
 * @throws PgdbaError `usage`, `extension_missing`, `insufficient_privilege`, `lock_timeout`, `statement_timeout`,
 * `run_timeout`, `server_error`, `connection_lost`
 */
export async function suggestIndexes(wish: SuggestWish, around: SuggestSurroundings): Promise<SuggestData> {
  const { server, budget, parse } = around;
  const options = { redactLiterals: wish.redactLiterals, budget };
  const role = await readUserSettings(server.snapshot, PRICES);
  const settings = Object.fromEntries(
    PINNED.flatMap((name) => (role[name] === undefined ? [] : [[name, role[name]] as const])),
  );
  const workload = wish.workload ?? (await readWorkload(server, options));
  const parsed = parseAll(workload.entries, parse);
  const table = wish.table === null ? null : parseTableName(wish.table);
  const { catalog, limitations } = await readCatalog(
    server,
    {
      relations: table === null ? parsed.names.relations : [...parsed.names.relations, table],
      functions: parsed.names.functions,
      searchPath: settings['search_path'] ?? '',
      minRows: wish.minRows,
      blockBytes: Number(role['block_size'] ?? 8192),
    },
    options,
  );
  const only = table === null ? null : tableNamed(catalog, table);
  let plannerCalls = 0;
  const plan = (text: string): ReturnType<typeof planStatement> => {
    plannerCalls++;
    return planStatement(server.session, text, planOptions(around, settings));
  };
  const understood = await understandAll(parsed.read, catalog, {
    parse,
    plan,
    minRows: wish.minRows,
    table: only,
  });
  const prices = pricesOf(role);
  const fallback = statisticsJudge(catalog, prices);
  const schema = catalog.extensions['hypopg'];
  const without = await whyNotHypopg(server.snapshot, schema);
  const hypopg =
    schema === undefined || without !== null
      ? null
      : new HypopgJudge({ session: server.session, catalog, schema, plan, fallback });
  const judge = hypopg ?? fallback;
  try {
    const { statements, weight, left: costly } = representatives(understood.judged);
    const found = await search({
      wish,
      only,
      around,
      catalog,
      judge,
      judged: statements,
      weight,
      prices,
      workload,
    });
    return adviceOf({
      ...found,
      wish,
      workload,
      catalog,
      judge,
      prices,
      plannerCalls,
      judged: statements,
      judgedCount: understood.judged.length - costly.length,
      left: [...parsed.left, ...understood.left, ...costly.map(overTheLimit)],
      limitations: [...workload.limitations, ...limitations, ...(without === null ? [] : [without])],
    });
  } finally {
    // Whatever became of the search, they are gone; a lost connection took them with it.
    if (hypopg !== null && server.session.isUsable()) await whyNotHypopg(server.snapshot, schema);
  }
}

function overTheLimit({ entry }: Judged): LeftOut {
  return { entry, reason: 'over_the_limit', detail: 'what costs more was judged in its place' };
}

function planOptions(
  { server, name }: SuggestSurroundings,
  settings: UserSettings,
): Parameters<typeof planStatement>[2] {
  return { major: server.facts.major, name, settings, values: null, mode: 'generic', executes: false };
}

function pricesOf(role: UserSettings): Prices {
  const price = (name: string, usual: number): number => Number(role[name] ?? usual);
  return {
    seqPage: price('seq_page_cost', 1),
    randomPage: price('random_page_cost', 4),
    tuple: price('cpu_tuple_cost', 0.01),
    indexTuple: price('cpu_index_tuple_cost', 0.005),
    operator: price('cpu_operator_cost', 0.0025),
  };
}

function tableNamed(catalog: Catalog, [schema, name]: readonly [string | null, string]): Relation {
  const found = [...catalog.relations.values()].find(
    (relation) => relation.name === name && (schema === null ? relation.visible : relation.schema === schema),
  );
  if (found === undefined)
    throw new PgdbaError('usage', `there is no table ${schema === null ? '' : `${schema}.`}${name} here`);
  return found;
}

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
async function search({
  weight,
  wish,
  only,
  around,
  catalog,
  judge,
  judged,
  prices,
  workload,
}: SearchAround): Promise<Found> {
  const table = new CostTable(judge);
  const { pool, sets } = await poolOf(judged, table, (winner) => cutDown(winner));
  const sizes = new Map<string, number>();
  const sizeOf = async (one: Candidate): Promise<number> => {
    const known = sizes.get(one.id) ?? (await judge.sizeOf(one));
    sizes.set(one.id, known);
    return known;
  };
  for (const one of pool) await sizeOf(one);
  const counted = workload.source === 'pg_stat_statements';
  const penalty = (one: Candidate): number => {
    const { cost } = writePenalty(one, catalog, judged, prices);
    return counted ? cost : cost / Math.max(1, readsOf(one, catalog));
  };
  const foreignKeys = bareForeignKeys(catalog, judged, wish.minRows);
  const spared = (bare: BareForeignKey): number =>
    deletesCost(bare, catalog, prices) - writePenalty(bare.candidate, catalog, judged, prices).cost;
  // Who gives statements asks about their tables.
  const named = new Set(judged.flatMap(({ uses }) => uses.relations.map(({ oid }) => oid)));
  const isAskedFor = ({ key }: BareForeignKey): boolean =>
    only === null ? counted || named.has(key.from) : only.oid === key.from;
  const first = foreignKeys
    .filter((bare) => isAskedFor(bare) && spared(bare) > 0)
    .sort((a, b) => spared(b) - spared(a))
    .map(({ candidate: one }) => one);
  const rejected = new Set<string>();
  const checks: Checks = new Map();
  for (let round = 0; ; round++) {
    const choice = await choose(judged, { pool, sets }, table, sizeOf, {
      maxIndexes: wish.maxIndexes,
      sizeBudget: wish.sizeBudget,
      weight,
      penalty,
      rejected,
      first,
      standsFor: servesKey,
    });
    const { failed, distrusted } = await checkAll(choice, judged, {
      around: { server: around.server, prices },
      catalog,
      checks,
      table,
    });
    for (const id of failed) rejected.add(id);
    if ((failed.length > 0 || distrusted) && round < MOST_CHECKS) continue;
    for (const one of choice.chosen) await sizeOf(one);
    return { choice, checks, foreignKeys: foreignKeys.filter(isAskedFor), sizes, weight };
  }
}

/** The same index with less in it: without INCLUDE, without its condition, and with fewer keys. */
function cutDown(winner: Candidate): Candidate[] {
  const { relation, method, keys, include, where, assumes } = winner;
  const hope = assumes === null ? {} : { assumes };
  const shorter = keys
    .slice(1)
    .map((_, at) => candidate({ relation, method, keys: keys.slice(0, at + 1), include: [], where }));
  const plain =
    include.length === 0 ? [] : [candidate({ relation, method, keys, include: [], where, ...hope })];
  const whole =
    where === null ? [] : [candidate({ relation, method, keys, include: [], where: null, ...hope })];
  return [...plain, ...shorter, ...whole].filter((one) => servedBy(one) === null);
}
