import { PgdbaError } from '../../core/errors.js';
import { parseTableName } from './statement/tableName.js';
import { planStatement } from '../plan/planStatement.js';
import { PINNED, type UserSettings, readUserSettings } from '../plan/userSettings.js';
import { adviceOf } from './answer/advice.js';
import type { Catalog, Relation } from './catalog/catalog.js';
import { HypopgJudge, whyNotHypopg } from './judge/hypopgJudge.js';
import type { Judged } from './judge/judge.js';
import { readCatalog } from './catalog/readCatalog.js';
import { representatives } from './search/represent.js';
import { statisticsJudge } from './judge/statisticsJudge.js';
import type { SuggestSurroundings, SuggestWish } from './answer/adviceParts.js';
import type { SuggestData } from './suggestData.js';
import { type LeftOut, parseAll, understandAll } from './understand.js';
import { readWorkload } from './workload.js';
import { PRICES, pricesOf } from './judge/readPrices.js';
import { search } from './search/searchIndexes.js';

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
      limitations: [
        ...workload.limitations,
        ...limitations,
        ...(without === null ? [] : [without]),
        ...found.limitations,
      ],
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

function tableNamed(catalog: Catalog, [schema, name]: readonly [string | null, string]): Relation {
  const found = [...catalog.relations.values()].find(
    (relation) => relation.name === name && (schema === null ? relation.visible : relation.schema === schema),
  );
  if (found === undefined)
    throw new PgdbaError('usage', `there is no table ${schema === null ? '' : `${schema}.`}${name} here`);
  return found;
}
