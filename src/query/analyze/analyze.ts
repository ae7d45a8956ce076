import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import type { Session } from '../../db/session.js';
import { ask, type Answers, type AskOptions } from '../ask.js';
import { limited } from '../truncated.js';
import type { PlanDocument } from '../plan/planDocument.js';
import { nodesOf } from '../plan/planNode.js';
import { type NotPlanned, type Planned, planStatement } from '../plan/planStatement.js';
import { parametersIn, tokensOf } from '../plan/tokens.js';
import { readUserSettings, type UserSettings } from '../plan/userSettings.js';
import type { AnalyzeData, AnalyzeFinding } from './analyzeData.js';
import { comparePlans } from './comparePlans.js';
import { drawTree } from './drawTree.js';
import type { Effects } from './effects.js';
import { effectsOf } from './effectsOf.js';
import { findingsOf, relationsIn, type PlannerSettings } from './judge.js';
import { maskPlan, maskText } from './maskPlan.js';
import { plannerSettings } from './plannerSettings.js';
import { summarizePlan } from './planSummary.js';
import { relationFacts } from './relationFacts.js';
import { sideEffectsOf } from './sideEffects.js';
import { findStatement, type FoundStatement } from './statementText.js';

/** What is asked about one statement. */
export interface AnalyzeWish {
  /** The text, or the queryid under which pg_stat_statements holds it. */
  readonly statement: { readonly text: string } | { readonly queryid: string };
  readonly executes: boolean;
  readonly allowWrite: boolean;
  readonly generic: boolean;
  /** Values of $1, $2 …; empty when none were given. */
  readonly values: readonly (string | null)[];
  readonly searchPath: string | null;
  readonly limit: number;
  readonly redactLiterals: boolean;
  /** The plan that this one is set beside. */
  readonly compared: PlanDocument | null;
}

/** What the feature needs of the run. */
export interface AnalyzeSurroundings {
  readonly server: Server;
  /** Opens a session that may write. */
  readonly openWriter: () => Promise<Session>;
  /** A name for a prepared statement that nobody else uses. */
  readonly name: string;
  readonly budget: AbortSignal;
}

export interface AnalyzeAnswer {
  readonly data: AnalyzeData;
  /** Why the statement was planned, but its execution did not come to its end. */
  readonly error: PgdbaError | null;
}

/**
 * The plan of one statement and what is wrong with it; executed only if asked, and rolled back whatever it did.
 * @throws PgdbaError `not_plannable`, `write_not_allowed`, `usage`, `unknown_queryid`, `server_error` and what else the
 * server answers to the statement; `connection_lost`
 */
export async function analyzeStatement(
  wish: AnalyzeWish,
  around: AnalyzeSurroundings,
): Promise<AnalyzeAnswer> {
  const { server, budget } = around;
  const options = { redactLiterals: wish.redactLiterals, budget };
  const found: FoundStatement | { text: string; source: null } =
    'queryid' in wish.statement
      ? await findStatement(server, wish.statement.queryid, options)
      : { text: wish.statement.text, source: null };
  requireValues(found.text, wish);
  const role = await readUserSettings(server.snapshot, ['work_mem', 'hash_mem_multiplier', 'block_size']);
  const { settings, planner } = plannerSettings(role, wish.searchPath);
  const asked = { wish, around, text: found.text, settings };
  const planned = orThrow(await plan(asked, server.session, false));
  const nodes = nodesOf(planned.document);
  const answers = await ask(server, [relationFacts], {
    ...options,
    given: { relations: relationsIn(nodes) },
  });
  const done = wish.executes
    ? await execute(asked, planned, options)
    : { planned, effects: null, error: null };
  return { data: dataOf(asked, found, done, planner, answers), error: done.error };
}

interface Asked {
  readonly wish: AnalyzeWish;
  readonly around: AnalyzeSurroundings;
  readonly text: string;
  readonly settings: UserSettings;
}

interface Done {
  readonly planned: Planned;
  /** null when it was not executed. */
  readonly effects: Effects | null;
  readonly error: PgdbaError | null;
}

/** A statement cannot be executed without the values of its parameters. */
function requireValues(text: string, { executes, values }: AnalyzeWish): void {
  const count = parametersIn(tokensOf(text));
  if (values.length > count || (values.length < count && (executes || values.length > 0))) {
    const message = `the statement has ${String(count)} parameters, and ${String(values.length)} values were given`;
    throw new PgdbaError('usage', message, {
      hint: 'Give --param once for each of $1, $2 … in this order; \\N is NULL. Without --analyze none is needed.',
    });
  }
}

function plan(asked: Asked, session: Session, executes: boolean): Promise<Planned | NotPlanned> {
  const { wish, around, settings, text } = asked;
  return planStatement(session, text, {
    major: around.server.facts.major,
    name: around.name,
    settings,
    values: wish.values,
    mode: modeOf(asked),
    executes,
  });
}

function modeOf({ wish, text }: Pick<Asked, 'wish' | 'text'>): 'custom' | 'generic' {
  const valueless = wish.values.length === 0 && parametersIn(tokensOf(text)) > 0;
  return wish.generic || valueless ? 'generic' : 'custom';
}

function orThrow(planned: Planned | NotPlanned): Planned {
  if ('refused' in planned) throw planned.refused;
  return planned;
}

/** Executes what the plan shows to be harmless, and the rest only when it was allowed. */
async function execute(asked: Asked, planned: Planned, options: Omit<AskOptions, 'given'>): Promise<Done> {
  const { around, wish } = asked;
  const nodes = nodesOf(planned.document);
  const effects = await effectsOf(around.server, planned.text, nodes, options);
  const risky = effects.writes.length + effects.functions.length > 0;
  if (risky && !wish.allowWrite) throw notAllowed(effects);
  const executed = risky ? await executeWriting(asked) : await plan(asked, around.server.session, true);
  if (!('refused' in executed)) return { planned: executed, effects, error: null };
  return { planned, effects: risky ? effects : null, error: executed.refused };
}

function notAllowed({ writes, functions }: Effects): PgdbaError {
  const does = [
    ...(writes.length === 0 ? [] : [`it writes or locks rows: ${writes.join(', ')}`]),
    ...(functions.length === 0
      ? []
      : [`it may call functions with effects that READ ONLY does not stop: ${functions.join(', ')}`]),
  ];
  return new PgdbaError('write_not_allowed', `the statement was not executed: ${does.join('; ')}`, {
    details: { writes, functions },
  });
}

/** Opens a transaction whose end is a rollback, with the savepoint that planStatement() goes back to. */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SAVEPOINT pgdba';

async function executeWriting(asked: Asked): Promise<Planned | NotPlanned> {
  const session = await asked.around.openWriter();
  try {
    await session.send({ sql: BEGIN });
    const executed = await plan(asked, session, true);
    await session.send({ sql: 'ROLLBACK' });
    return executed;
  } finally {
    await session.close();
  }
}

function dataOf(
  asked: Asked,
  found: { readonly source: AnalyzeData['source'] },
  { planned, effects, error }: Done,
  planner: PlannerSettings,
  answers: Answers,
): AnalyzeData {
  const { wish, around, text, settings } = asked;
  const { redactLiterals, values, compared } = wish;
  const document = maskPlan(planned.document, redactLiterals);
  const nodes = nodesOf(document);
  const findings = findingsOf(document, around.server.facts.major, planner, answers);
  const { rows, truncated } = limited(findings, wish.limit);
  return {
    sql: maskText(text, redactLiterals),
    planned_sql: maskText(planned.text, redactLiterals),
    executed: wish.executes && error === null,
    plan_mode: modeOf(asked),
    tree: drawTree(nodes, codesByPath(findings)),
    plan: [...document],
    summary: summarizePlan(document, planner.blockBytes),
    findings: rows,
    truncated,
    parameters: planned.parameterTypes.map((type, at) => ({
      number: at + 1,
      type,
      value: redactLiterals && values[at] != null ? '********' : (values[at] ?? null),
    })),
    rewrites: [...planned.rewrites],
    settings,
    side_effects: effects === null ? [] : sideEffectsOf(planned.document, planned.text, effects),
    source: found.source,
    comparison:
      compared === null
        ? null
        : comparePlans(maskPlan(compared, redactLiterals), document, planner.blockBytes),
    limitations: answers.limitations,
  };
}

function codesByPath(findings: readonly AnalyzeFinding[]): Map<string, string[]> {
  const codes = new Map<string, string[]>();
  for (const { code, node_path } of findings) {
    if (node_path !== null) codes.set(node_path, [...(codes.get(node_path) ?? []), code]);
  }
  return codes;
}
