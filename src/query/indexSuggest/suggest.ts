import { PgdbaError } from '../../core/errors.js';
import { parseTableName } from './statement/tableName.js';
import { planStatement } from '../plan/planStatement.js';
import { PINNED, type UserSettings, readUserSettings } from '../plan/userSettings.js';
import { adviceOf } from './answer/advice.js';
import type { Catalog, Relation } from './catalog/catalog.js';
import { HypopgJudge, whyNotHypopg } from './judge/hypopgJudge.js';
import type { Judge, Judged } from './judge/judge.js';
import type { Prices } from './judge/prices.js';
import { readCatalog } from './catalog/readCatalog.js';
import { representatives } from './search/represent.js';
import { statisticsJudge } from './judge/statisticsJudge.js';
import type { SuggestSurroundings, SuggestWish } from './answer/adviceParts.js';
import type { Limitation } from '../limitation.js';
import type { SuggestData } from './suggestData.js';
import { type LeftOut, parseAll, understandAll } from './understand.js';
import { readWorkload, type Workload } from './workload.js';
import { PRICES, pricesOf } from './judge/readPrices.js';
import { search } from './search/searchIndexes.js';

/** A standby has counters of its own, which know nothing of the changes that it replays. */
const UNCOUNTED: Limitation = {
  subject: 'pg_stat_user_tables',
  status: 'partial',
  reason: 'not_primary',
  message:
    'what indexes would cost the writers, and what is deleted from referenced tables, the primary alone has counted',
};

/**
 * The indexes that a workload lacks, what speaks for each, and what was left out.
 * @throws PgdbaError `usage`, `extension_missing`, `insufficient_privilege`, `lock_timeout`, `statement_timeout`,
 * `run_timeout`, `server_error`, `connection_lost`
 */
export async function suggestIndexes(wish: SuggestWish, around: SuggestSurroundings): Promise<SuggestData> {
  const read = await readAll(wish, around);
  const { catalog, parsed, only, prices } = read;
  const planner = { calls: 0 };
  const plan: Plan = (text) => {
    planner.calls++;
    return planStatement(around.server.session, text, planOptions(around, read.settings));
  };
  const { minRows } = wish;
  const understood = await understandAll(parsed.read, catalog, {
    parse: around.parse,
    plan,
    minRows,
    table: only,
  });
  const { judge, without, release } = await judgeOf(around, read, plan);
  try {
    const { statements, weight, left: costly } = representatives(understood.judged);
    const what = { wish, catalog, judge, judged: statements, prices, workload: read.workload };
    const found = await search({ ...what, weight, only, around });
    return adviceOf({
      ...what,
      ...found,
      plannerCalls: planner.calls,
      judgedCount: understood.judged.length - costly.length,
      left: [...parsed.left, ...understood.left, ...costly.map(overTheLimit)],
      limitations: [...read.limitations, ...without, ...found.limitations],
    });
  } finally {
    // Whatever became of the search, hypothetical indexes are gone; a lost connection took them with it.
    await release();
  }
}

type Plan = (text: string) => ReturnType<typeof planStatement>;

interface ReadAll {
  readonly workload: Workload;
  readonly parsed: ReturnType<typeof parseAll>;
  readonly catalog: Catalog;
  /** The only table to advise on; null: all. */
  readonly only: Relation | null;
  /** What the role’s own sessions plan with. */
  readonly settings: UserSettings;
  readonly prices: Prices;
  readonly limitations: readonly Limitation[];
}

/** The workload, what of it could be parsed, and what the catalog knows of what it names. */
async function readAll(wish: SuggestWish, { server, budget, parse }: SuggestSurroundings): Promise<ReadAll> {
  const options = { redactLiterals: wish.redactLiterals, budget };
  const role = await readUserSettings(server.snapshot, PRICES);
  const settings = Object.fromEntries(
    PINNED.flatMap((name) => (role[name] === undefined ? [] : [[name, role[name]] as const])),
  );
  const workload = wish.workload ?? (await readWorkload(server, options));
  const parsed = parseAll(workload.entries, parse);
  const table = wish.table === null ? null : parseTableName(wish.table);
  const names = {
    relations: table === null ? parsed.names.relations : [...parsed.names.relations, table],
    functions: parsed.names.functions,
    searchPath: settings['search_path'] ?? '',
    minRows: wish.minRows,
    blockBytes: Number(role['block_size'] ?? 8192),
  };
  const { catalog, limitations } = await readCatalog(server, names, options);
  return {
    workload,
    parsed,
    catalog,
    only: table === null ? null : tableNamed(catalog, table),
    settings,
    prices: pricesOf(role),
    limitations: [...workload.limitations, ...limitations, ...(server.facts.inRecovery ? [UNCOUNTED] : [])],
  };
}

/** HypoPG where it can be used, or else statistics and why; `release` drops what the judge made. */
async function judgeOf(
  { server }: SuggestSurroundings,
  { catalog, prices }: ReadAll,
  plan: Plan,
): Promise<{ judge: Judge; without: readonly Limitation[]; release: () => Promise<void> }> {
  const { session, snapshot } = server;
  const fallback = statisticsJudge(catalog, prices);
  const schema = catalog.extensions['hypopg'];
  const without = await whyNotHypopg(snapshot, schema);
  if (schema === undefined || without !== null)
    return {
      judge: fallback,
      without: without === null ? [] : [without],
      release: () => Promise.resolve(),
    };
  return {
    judge: new HypopgJudge({ session, catalog, schema, plan, fallback }),
    without: [],
    release: async () => {
      if (session.isUsable()) await whyNotHypopg(snapshot, schema);
    },
  };
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

function tableNamed(catalog: Catalog, [schema, name]: readonly [string | null, string]): Relation {
  const found = [...catalog.relations.values()].find(
    (relation) => relation.name === name && (schema === null ? relation.visible : relation.schema === schema),
  );
  if (found === undefined)
    throw new PgdbaError('usage', `there is no table ${schema === null ? '' : `${schema}.`}${name} here`);
  return found;
}
