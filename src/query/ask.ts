import type { Server } from '../cluster/server.js';
import { PgdbaError } from '../core/errors.js';
import type { ErrorCode } from '../core/codes.js';
import { collectSections, type CollectOptions } from '../inspect/collect.js';
import type { Reason, Section } from '../inspect/section.js';
import type { SectionResult } from '../inspect/snapshot.js';
import { limitationOf, type Limitation } from './limitation.js';

/** What a query command was told about the reading of its questions. */
export interface AskOptions extends Omit<CollectOptions, 'limit' | 'queryText'> {
  /** Rows of questions that take a limit; 0 = all. */
  readonly limit?: number;
  /** Whether section pg_stat_statements reads the server's file of texts; true unless said. */
  readonly queryText?: boolean;
}

/** Answers to the questions of a command. */
export interface Answers {
  /** The answer to one of the questions, whatever became of it. */
  of(question: Section): SectionResult;
  /** What could not be seen, or not in full: the command tells it beside its rows. */
  readonly limitations: Limitation[];
}

/**
 * Reads a command's questions in the snapshot, all in one round trip. A question is written as a section is (SQL by
 * version, the schema of its row, needs), and stands beside the command's own feature instead of in the registry of
 * inspect. Never throws for what the server says.
 */
export async function ask(
  { snapshot, facts }: Pick<Server, 'snapshot' | 'facts'>,
  questions: readonly Section[],
  options: AskOptions,
): Promise<Answers> {
  const results = await collectSections(snapshot, facts, questions, {
    limit: 0,
    queryText: true,
    ...options,
  });
  return {
    of: ({ id }) => {
      const result = results[id];
      if (result === undefined) throw new Error(`${id} was not asked`);
      return result;
    },
    limitations: Object.entries(results).flatMap(([id, result]) => limitationOf(id, result) ?? []),
  };
}

/** The error of a command that has nothing to say without an answer, by why there is none. */
const ERRORS: Readonly<Partial<Record<Reason, ErrorCode>>> = {
  no_privilege: 'insufficient_privilege',
  extension_missing: 'extension_missing',
  server_too_old: 'server_too_old',
  lock_timeout: 'lock_timeout',
  statement_timeout: 'statement_timeout',
  budget_spent: 'run_timeout',
};

/**
 * The answer that a command cannot do without.
 * @throws PgdbaError `extension_missing`, `insufficient_privilege`, `server_too_old`, `lock_timeout`,
 * `statement_timeout`, `run_timeout`, `server_error`
 */
export function essential(answers: Answers, question: Section): SectionResult {
  const result = answers.of(question);
  if (result.status === 'ok' || result.status === 'partial') return result;
  const code = (result.reason === null ? undefined : ERRORS[result.reason]) ?? 'server_error';
  throw new PgdbaError(code, `${question.id}: ${result.message ?? 'it could not be read'}`);
}
