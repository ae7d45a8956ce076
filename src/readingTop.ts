import { looking, type Look } from './querying.js';
import { databasesWithExtension } from './databasesWithExtension.js';
import { explainMissing, preloadedLibraries } from './query/missingStatements.js';
import { pgStatStatements } from './inspect/sections/pg_stat_statements.js';
import { essential } from './query/ask.js';
import {
  readTexts,
  sampleStatements,
  STATEMENT_QUESTIONS,
  type SampledStatements,
  type Texts,
} from './query/top/sampleStatements.js';
import { measure, rank, topAnswer, type TopSample, type TopWish } from './query/top/top.js';
import type { TopData } from './query/top/topData.js';
import type { ReachFlags } from './reach.js';
import type { Run } from './run.js';

/** What every look at the statements asks the server for first. */
const NEEDY = [...STATEMENT_QUESTIONS, { needs: [preloadedLibraries] }];

type TopFlags = ReachFlags & { readonly 'redact-literals': boolean };

/**
 * The answer of `query top`. With an interval it looks twice and holds no connection in between, which also shows a
 * restart or failover as what it is.
 * @throws PgdbaError `extension_missing` and the like; of connecting
 */
export async function readTop(
  run: Run,
  flags: TopFlags,
  wish: TopWish,
  intervalMs: number | null,
): Promise<TopData> {
  let first: TopSample | null = null;
  if (intervalMs !== null) {
    first = await looking(run, flags, NEEDY, async (look) => (await sampled(look, flags)).sample);
    await run.clock.sleep(intervalMs, run.interrupted);
  }
  return looking(run, flags, NEEDY, (look) => readRanking(look, flags, wish, first));
}

async function sampled(look: Look, flags: TopFlags): Promise<SampledStatements> {
  const { server, reach, identity } = look;
  const options = { redactLiterals: flags['redact-literals'], budget: reach.budget };
  const read = await sampleStatements(server, identity, options);
  try {
    essential(read.answers, pgStatStatements);
    return read;
  } catch (error) {
    throw await explainMissing(error, server, (most) =>
      databasesWithExtension(server, reach, 'pg_stat_statements', most),
    );
  }
}

async function readRanking(
  look: Look,
  flags: TopFlags,
  wish: TopWish,
  first: TopSample | null,
): Promise<TopData> {
  const { server, reach } = look;
  const { sample, answers } = await sampled(look, flags);
  const measured = measure(wish, sample, first);
  const options = { redactLiterals: flags['redact-literals'], budget: reach.budget };
  // Whoever groups by text needs every text; else those of the rows that are shown.
  let texts: Texts | null = wish.group === 'fingerprint' ? await readTexts(server, 'all', options) : null;
  const ranking = rank(wish, measured, texts?.byEntry ?? new Map<string, string>());
  texts ??= await readTexts(
    server,
    ranking.shown.flatMap(({ entries }) => entries.slice(0, 1).map(({ row }) => row)),
    options,
  );
  return topAnswer(wish, ranking, texts.byEntry, [...answers.limitations, ...texts.limitations]);
}
