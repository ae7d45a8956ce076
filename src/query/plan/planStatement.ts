import { PgdbaError } from '../../core/errors.js';
import type { Session } from '../../db/session.js';
import { explainOptions } from './explainOptions.js';
import { parsePlan, type PlanDocument } from './planDocument.js';
import { positionIn, refusal } from './refusal.js';
import { rewriteNormalized, type Rewrite, type Rewritten } from './rewrite.js';
import { unplannable } from './statementKind.js';
import { parametersIn, tokensOf } from './tokens.js';
import { typings } from './typings.js';
import { settingLocally, type UserSettings } from './userSettings.js';

export interface PlanOptions {
  readonly major: number;
  /** What the statement is prepared as; it must be nobody else's, because a pooler shares the backend. */
  readonly name: string;
  readonly settings: UserSettings;
  /** Values of $1, $2 …, as text of their types; null: the statement is planned without any. */
  readonly values: readonly (string | null)[] | null;
  /** `custom` plans for the values that are given; `generic` for any. */
  readonly mode: 'custom' | 'generic';
  /** Whether EXPLAIN ANALYZE executes the statement. */
  readonly executes: boolean;
}

export interface Planned {
  readonly document: PlanDocument;
  /** What was planned: the text after its rewrites. */
  readonly text: string;
  readonly rewrites: readonly Rewrite[];
  /** Types of $1, $2 …, as the server inferred them. */
  readonly parameterTypes: readonly string[];
}

/** No plan, and why: `not_plannable`, or what the server answered. */
export interface NotPlanned {
  readonly refused: PgdbaError;
}

/** Texts that are tried at most until one can be prepared. */
const MOST_ATTEMPTS = 20;

/** The savepoint that every read of a snapshot returns to; a session that writes opens its transaction with it, too. */
const BACK = { sql: 'ROLLBACK TO SAVEPOINT pgdba' };

/**
 * Plans one statement inside the session's open transaction, and leaves nothing behind: the text is PREPAREd over the
 * extended protocol (which proves that it is one statement that has a plan), planned with EXPLAIN EXECUTE under
 * plan_cache_mode, rolled back and deallocated. NULL stands for every $n without a value, and a generic plan does not
 * see it. Two round trips; one statement at a time on a session.
 *
 * Never throws for what the server says. @throws PgdbaError `connection_lost`, or why the session was stopped
 */
export async function planStatement(
  session: Session,
  text: string,
  options: PlanOptions,
): Promise<Planned | NotPlanned> {
  const cannot = text.includes('\0')
    ? { message: 'the text holds a NUL character', hint: 'PostgreSQL has no such character in any text.' }
    : unplannable(tokensOf(text));
  if (cannot !== null)
    return { refused: new PgdbaError('not_plannable', cannot.message, { hint: cannot.hint }) };
  const prepared = await prepareAny(session, rewriteNormalized(text, options.major), options);
  if ('refused' in prepared) return prepared;
  return explainPrepared(session, prepared, options);
}

/** PREPAREs the text, or else what it may have been before its constants were taken out. */
async function prepareAny(
  session: Session,
  asked: Rewritten,
  options: PlanOptions,
): Promise<Rewritten | NotPlanned> {
  const waiting: Rewritten[] = [asked];
  let refused: PgdbaError | undefined;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const next = waiting.shift();
    if (next === undefined) break;
    const error = await prepare(session, next.text, options);
    if (error === null) return next;
    const before = prefix(options.name, next.text);
    refused ??= refusal(error, before, next.text);
    const position = positionIn(error, before, next.text);
    const typed = typings(next.text, { sqlstate: error.sqlstate, message: error.message, position });
    waiting.unshift(
      ...typed.map(({ text, rewrites }) => ({ text, rewrites: [...next.rewrites, ...rewrites] })),
    );
  }
  return { refused: refused ?? new PgdbaError('not_plannable', 'no reading of the text could be prepared') };
}

async function prepare(session: Session, text: string, options: PlanOptions): Promise<PgdbaError | null> {
  const settings = settingsOf(options);
  const [, prepared] = await Promise.all([
    orError(session.send(settingLocally(settings))),
    orError(session.send({ sql: prefix(options.name, text) + text, alone: true })),
  ]);
  if (!(prepared instanceof PgdbaError)) return null;
  await session.send(BACK);
  return prepared;
}

function settingsOf({ settings, mode }: PlanOptions): UserSettings {
  return { ...settings, plan_cache_mode: `force_${mode}_plan` };
}

/** pg_stat_statements leaves numbers out where it sees a constant twice: of those the server cannot infer a type. */
function prefix(name: string, text: string): string {
  const tokens = tokensOf(text);
  const used = new Set(tokens.flatMap(({ kind, value }) => (kind === 'parameter' ? [value] : [])));
  const types = Array.from({ length: parametersIn(tokens) }, (_, at) =>
    used.has(`$${String(at + 1)}`) ? 'pg_catalog.unknown' : 'pg_catalog.text',
  );
  return `PREPARE ${name}${types.includes('pg_catalog.text') ? ` (${types.join(', ')})` : ''} AS `;
}

const TYPES = /* sql */ `
SELECT pg_catalog.array_to_json(p.parameter_types::text[]) AS types
  FROM pg_catalog.pg_prepared_statements AS p
 WHERE p.name = $1`;

async function explainPrepared(
  session: Session,
  { text, rewrites }: Rewritten,
  options: PlanOptions,
): Promise<Planned | NotPlanned> {
  const { name, major, executes } = options;
  const count = parametersIn(tokensOf(text));
  const given = Array.from({ length: count }, (_, at) => literal(options.values?.[at] ?? null));
  const call = count === 0 ? name : `${name}(${given.join(', ')})`;
  const [types, explained] = await Promise.all([
    orError(session.send({ sql: TYPES, params: [name] })),
    orError(
      session.send({ sql: `EXPLAIN (${explainOptions(major, executes)}) EXECUTE ${call}`, alone: true }),
    ),
    session.send(BACK),
    session.send({ sql: `DEALLOCATE ${name}` }),
  ]);
  if (explained instanceof PgdbaError) return { refused: explained };
  if (types instanceof PgdbaError) return { refused: types };
  return {
    document: parsePlan(explained.rows[0]?.[0] ?? ''),
    text,
    rewrites,
    parameterTypes: JSON.parse(types.rows[0]?.[0] ?? '[]') as string[],
  };
}

/** A value as an SQL literal that is read the same whatever standard_conforming_strings says. */
function literal(value: string | null): string {
  return value === null ? 'NULL' : `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** What became of a statement. @throws what is not the server's word about this statement */
async function orError<T>(sent: Promise<T>): Promise<T | PgdbaError> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof PgdbaError && error.sqlstate !== undefined && error.code !== 'connection_lost')
      return error;
    throw error;
  }
}
