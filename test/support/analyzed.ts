import { meetServer } from '../../src/cluster/server.js';
import { connect } from '../../src/db/connect.js';
import { writerGuards, type Limits } from '../../src/db/guards.js';
import { resolveConnection } from '../../src/db/libpq/resolve.js';
import { Session } from '../../src/db/session.js';
import { questionsOf } from '../../src/inspect/prerequisites.js';
import { analyzeStatement, type AnalyzeAnswer, type AnalyzeWish } from '../../src/query/analyze/analyze.js';
import { statementText } from '../../src/query/analyze/statementText.js';
import { surroundings } from '../unit/db/surroundings.js';

const LIMITS: Limits = { statementTimeoutMs: 20_000, lockTimeoutMs: 200 };

async function sessionAt(dsn: string, settings: Readonly<Record<string, string>>): Promise<Session> {
  const connection = await connect(resolveConnection({ dsn }, surroundings()), {
    applicationName: 'pgdba/query analyze',
    guards: settings,
    signal: new AbortController().signal,
  });
  return new Session(connection, LIMITS);
}

/** What is usually asked about a text. */
export function wishFor(text: string, more: Partial<AnalyzeWish> = {}): AnalyzeWish {
  return {
    statement: { text },
    executes: false,
    allowWrite: false,
    generic: false,
    values: [],
    searchPath: null,
    limit: 0,
    redactLiterals: false,
    compared: null,
    ...more,
  };
}

/**
 * What query analyze answers, without a process of its own.
 * @param settings what a new session of the role would have beside the server's own settings
 */
export async function analyzeAt(
  dsn: string,
  wish: AnalyzeWish,
  settings: Readonly<Record<string, string>> = {},
): Promise<AnalyzeAnswer> {
  const session = await sessionAt(dsn, settings);
  try {
    const server = await meetServer(session, questionsOf([statementText]), true);
    await server.identity;
    return await analyzeStatement(wish, {
      server,
      openWriter: () => sessionAt(dsn, { ...writerGuards(LIMITS), ...settings }),
      name: 'pgdba_test',
      budget: new AbortController().signal,
    });
  } finally {
    await session.close();
  }
}
