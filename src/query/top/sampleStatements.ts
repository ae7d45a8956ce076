import type { ClusterIdentity } from '../../cluster/identity.js';
import type { Server } from '../../cluster/server.js';
import { momentOf } from '../../inspect/assemble.js';
import type { Row, Section } from '../../inspect/section.js';
import { pgStatStatements } from '../../inspect/sections/pg_stat_statements.js';
import { pgStatStatementsInfo } from '../../inspect/sections/pg_stat_statements_info.js';
import { ask, type Answers, type AskOptions } from '../ask.js';
import { statementTexts, textKeys, textsByEntry } from './statementTexts.js';
import type { TopSample } from './top.js';

/** What a look at the statements asks. */
export const STATEMENT_QUESTIONS: readonly Section[] = [pgStatStatements, pgStatStatementsInfo];

export interface SampledStatements {
  readonly sample: TopSample;
  readonly answers: Answers;
}

/** Reads the numbers of all entries, without their texts; none where pg_stat_statements cannot be read. */
export async function sampleStatements(
  server: Server,
  identity: Promise<ClusterIdentity>,
  options: Pick<AskOptions, 'redactLiterals' | 'budget'>,
): Promise<SampledStatements> {
  const [answers, known] = await Promise.all([
    ask(server, STATEMENT_QUESTIONS, { ...options, queryText: false }),
    identity,
  ]);
  const { sampled_at, rows } = answers.of(pgStatStatements);
  const info = answers.of(pgStatStatementsInfo).rows[0];
  const maxEntries = server.facts.settings['pg_stat_statements.max'];
  const sample: TopSample = {
    statements: { sampled_at, stats_reset: (info?.['stats_reset'] ?? null) as string | null, rows },
    dealloc: info === undefined ? null : Number(info['dealloc']),
    maxEntries: maxEntries === undefined ? null : Number(maxEntries),
    moment: momentOf(pgStatStatements, { server, identity: known }),
  };
  return { sample, answers };
}

/** Texts by entryKey(), and what could not be read of them. */
export interface Texts {
  readonly byEntry: ReadonlyMap<string, string>;
  readonly limitations: Answers['limitations'];
}

/** Reads the texts of these entries, or of all; asks nothing when there are none that this role may see. */
export async function readTexts(
  server: Server,
  entries: readonly Row[] | 'all',
  options: Pick<AskOptions, 'redactLiterals' | 'budget'>,
): Promise<Texts> {
  const keys = entries === 'all' ? null : textKeys(entries);
  if (keys === '[]') return { byEntry: new Map(), limitations: [] };
  const answers = await ask(server, [statementTexts], { ...options, given: { entries: keys } });
  return { byEntry: textsByEntry(answers.of(statementTexts).rows), limitations: answers.limitations };
}
