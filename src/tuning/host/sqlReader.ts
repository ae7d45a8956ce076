import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import type { RawRows, Statement } from '../../db/statement.js';
import type { EachText, FileText, HostReader } from './hostReader.js';

const READ_FILE = 'pg_catalog.pg_read_file(text,int8,int8,bool)';
const LIST_FOLDER = 'pg_catalog.pg_ls_dir(text,bool,bool)';

/** Functions whose EXECUTE privilege must be asked for in the look at the server (FactQuestions.functions). */
export const HOST_FUNCTIONS = [READ_FILE, LIST_FOLDER];

/**
 * The form with a length works everywhere; the form without one goes by the file's size in older minor releases, and
 * files of /proc have the size 0. A file that does not exist gives NULL, and no error in the server's log.
 */
const READ_TEXT = /* sql */ `SELECT pg_catalog.pg_read_file($1::text, 0, $2::int8, true) AS content`;

const READ_EACH = /* sql */ `
SELECT e.name, pg_catalog.pg_read_file($1::text || '/' || e.name || $2::text, 0, 4096, true) AS content
  FROM pg_catalog.pg_ls_dir($1::text, true, false) AS e(name)`;

const LIST_EACH = /* sql */ `
SELECT e.name, l.entry
  FROM pg_catalog.pg_ls_dir($1::text, true, false) AS e(name),
       pg_catalog.pg_ls_dir($1::text || '/' || e.name || $2::text, true, false) AS l(entry)`;

/**
 * Why this role may not read files of the host, or null when it may. EXECUTE alone opens no path outside the data
 * directory; that takes pg_read_server_files, whose rights a superuser has.
 */
export function whyNoFiles({ facts }: Server): string | null {
  if (facts.functions[READ_FILE] !== true) return `role ${facts.role} may not execute pg_read_file`;
  if (facts.memberships['pg_read_server_files'] === true) return null;
  return `role ${facts.role} is not a member of pg_read_server_files`;
}

/**
 * Reads through the server, in its snapshot transaction; what is asked for together shares a round trip.
 * Call it only where {@link whyNoFiles} is null. Its functions throw PgdbaError `connection_lost` and `run_timeout`.
 */
export function sqlReader(server: Server): HostReader {
  const mayList = server.facts.functions[LIST_FOLDER] === true;
  const refused = { entries: null, why: `role ${server.facts.role} may not execute pg_ls_dir` } as const;
  const pairs = async (sql: string, folder: string, suffix: string) => {
    if (!mayList) return refused;
    const answer = await ask(server, { sql, params: [folder, suffix] });
    return answer instanceof PgdbaError
      ? ({ entries: null, why: answer.message } as const)
      : { entries: answer.rows.map(([name, value]) => [name ?? '', value ?? null] as const) };
  };
  return {
    origin: 'sql',
    way: 'over pg_read_file',
    processFolder: '/proc/self',
    readText: async (path, maxBytes) =>
      fileText(path, await ask(server, { sql: READ_TEXT, params: [path, maxBytes] })),
    readEach: async (folder, suffix): Promise<EachText> => {
      const found = await pairs(READ_EACH, folder, suffix);
      if (found.entries === null) return found;
      return {
        entries: new Map(found.entries.flatMap(([name, text]) => (text === null ? [] : [[name, text]]))),
      };
    },
    listEach: async (folder, suffix) => {
      const found = await pairs(LIST_EACH, folder, suffix);
      if (found.entries === null) return found;
      const names = new Map<string, string[]>();
      for (const [name, entry] of found.entries) names.set(name, [...(names.get(name) ?? []), entry ?? '']);
      return { entries: names };
    },
    deviceOf: () => Promise.resolve(null),
  };
}

async function ask(server: Server, statement: Statement): Promise<RawRows | PgdbaError> {
  const { result } = await server.snapshot.read(statement);
  if (result instanceof PgdbaError && (result.code === 'connection_lost' || result.code === 'run_timeout')) {
    throw result;
  }
  return result;
}

function fileText(path: string, answer: RawRows | PgdbaError): FileText {
  if (answer instanceof PgdbaError) return { text: null, absent: false, why: answer.message };
  const text = answer.rows[0]?.[0] ?? null;
  return text === null ? { text, absent: true, why: `the server’s host has no ${path}` } : { text };
}
