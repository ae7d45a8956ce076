import { meetServer } from '../cluster/server.js';
import { asError, PgdbaError } from '../core/errors.js';
import { fewAtOnce } from '../core/fewAtOnce.js';
import type { Session } from '../db/session.js';
import type { Snapshot } from '../db/snapshot.js';
import { collectSections, latest, type CollectOptions } from './collect.js';
import { questionsOf } from './prerequisites.js';
import type { Section, Status } from './section.js';
import type { SectionResult, SectionResults } from './snapshot.js';

/** What became of one database's per-database sections. */
export interface DatabaseSample {
  readonly database: string;
  readonly status: Status;
  readonly message: string | null;
  readonly sections: SectionResults;
}

/** Sessions that --all-databases holds open at once, beside the first. */
const PARALLEL = 3;

const DATABASES = /* sql */ `
SELECT d.datname, pg_catalog.has_database_privilege(d.oid, 'CONNECT') AS may_connect
  FROM pg_catalog.pg_database AS d
 WHERE d.datallowconn AND NOT d.datistemplate AND d.datname <> pg_catalog.current_database()
 ORDER BY d.datname`;

export interface ListedDatabase {
  readonly database: string;
  readonly mayConnect: boolean;
}

/** The other databases that accept connections, templates left out. */
export async function listDatabases(snapshot: Snapshot): Promise<ListedDatabase[]> {
  const { result } = await snapshot.read({ sql: DATABASES });
  if (result instanceof PgdbaError) throw result;
  return result.rows.map(([database, mayConnect]) => ({
    database: database ?? '',
    mayConnect: mayConnect === 't',
  }));
}

/** Reads the per-database sections of each database, a few at a time. One that cannot be reached costs no other. */
export function collectDatabases(
  databases: readonly ListedDatabase[],
  sections: readonly Section[],
  options: CollectOptions,
  openSession: (database: string) => Promise<Session>,
): Promise<DatabaseSample[]> {
  return fewAtOnce(databases, PARALLEL, (listed) => collectDatabase(listed, sections, options, openSession));
}

async function collectDatabase(
  { database, mayConnect }: ListedDatabase,
  sections: readonly Section[],
  options: CollectOptions,
  openSession: (database: string) => Promise<Session>,
): Promise<DatabaseSample> {
  const without = (status: Status, message: string): DatabaseSample => ({
    database,
    status,
    message,
    sections: {},
  });
  if (!mayConnect) return without('skipped', 'the role may not connect to it');
  if (options.budget.aborted) return without('skipped', 'the run’s --timeout passed before it was read');
  try {
    const session = await openSession(database);
    const { snapshot, facts } = await meetServer(session, questionsOf(sections), true);
    const read = await collectSections(snapshot, facts, sections, options);
    await session.close();
    return { database, status: 'ok', message: null, sections: read };
  } catch (thrown) {
    const error = asError(thrown);
    if (!(error instanceof PgdbaError)) throw error;
    return without('failed', error.message);
  }
}

const WORST_FIRST: readonly Status[] = ['failed', 'partial', 'skipped', 'ok'];

/**
 * The sections of the connected database with the rows of the other databases added. A section is as well as the
 * worst of its databases; `skipped` in one and `ok` in another is `partial`.
 */
export function mergeDatabases(
  own: SectionResults,
  ownDatabase: string,
  others: readonly DatabaseSample[],
): SectionResults {
  return Object.fromEntries(
    Object.entries(own).map(([id, result]) => {
      const found = others.flatMap(({ database, sections }) => {
        const other = sections[id];
        return other === undefined ? [] : [{ database, result: other }];
      });
      return [id, found.length === 0 ? result : mergeResults([{ database: ownDatabase, result }, ...found])];
    }),
  );
}

function mergeResults(
  parts: readonly { readonly database: string; readonly result: SectionResult }[],
): SectionResult {
  const results = parts.map(({ result }) => result);
  const statuses = new Set(results.map(({ status }) => status));
  const worst = WORST_FIRST.find((status) => statuses.has(status)) ?? 'ok';
  const status = worst !== 'ok' && statuses.has('ok') ? 'partial' : worst;
  const leading = results.find((result) => result.status === worst && result.reason !== null) ?? results[0];
  const messages = parts.flatMap(({ database, result }) =>
    result.message === null ? [] : [`${database}: ${result.message}`],
  );
  const cut = results.some(({ truncated }) => truncated !== null);
  const shown = results.reduce((sum, { rows }) => sum + rows.length, 0);
  const total = results.reduce((sum, { rows, truncated }) => sum + (truncated?.total ?? rows.length), 0);
  return {
    status,
    reason: leading?.reason ?? null,
    message: messages.length === 0 ? null : messages.join('; '),
    reads: leading?.reads ?? 'live',
    duration_ms: results.reduce((sum, { duration_ms }) => sum + duration_ms, 0),
    sampled_at: results[0]?.sampled_at ?? null,
    stats_reset: latest(results.map(({ stats_reset }) => stats_reset)),
    truncated: cut ? { shown, total } : null,
    rows: results.flatMap(({ rows }) => rows),
  };
}
