import { parseConfFile } from '../../core/setting/confFile.js';
import type { Session } from '../../db/session.js';
import { isAutoConf } from '../configuration.js';

/** Text of each parameter's line in postgresql.auto.conf, by its name in lower case. */
export type Lines = ReadonlyMap<string, string>;

/** A row of no file only tells that a parameter waits for a restart to lose its value. */
const ENTRIES = /* sql */ `
SELECT f.name, f.setting, f.sourcefile
  FROM pg_catalog.pg_show_all_file_settings() AS f
 WHERE f.sourcefile IS NOT NULL
 ORDER BY f.seqno`;

const MAY_READ_FILE = /* sql */ `
SELECT pg_catalog.has_function_privilege('pg_catalog.pg_read_file(text)', 'EXECUTE') AS may`;

const FILE = /* sql */ `SELECT pg_catalog.pg_read_file('postgresql.auto.conf') AS content`;

/**
 * The lines that postgresql.auto.conf has now. An error of syntax in an earlier file keeps the server from reading this
 * one; then its text is read, where the role may.
 * @returns null when they cannot be known
 * @throws PgdbaError what the server or the network said
 */
export async function readLines(session: Session): Promise<Lines | null> {
  const { rows } = await session.send({ sql: ENTRIES });
  if (rows.some(([name]) => name === null)) return linesOf(await readAutoConf(session));
  // Of several lines for one name the last wins.
  return new Map(
    rows
      .filter(([, , sourcefile]) => isAutoConf(sourcefile ?? ''))
      .map(([name, setting]) => [(name ?? '').toLowerCase(), setting ?? '']),
  );
}

/** The whole text of postgresql.auto.conf; null when the role may not read it. @throws PgdbaError as {@link readLines} */
export async function readAutoConf(session: Session): Promise<string | null> {
  // The privilege is looked at before the body of a CASE, so that one statement would not do.
  const [may] = (await session.send({ sql: MAY_READ_FILE })).rows[0] ?? [];
  if (may !== 't') return null;
  return (await session.send({ sql: FILE })).rows[0]?.[0] ?? null;
}

function linesOf(text: string | null): Lines | null {
  if (text === null) return null;
  const { entries, errors } = parseConfFile(text);
  return errors.length > 0 ? null : new Map(entries.map(({ name, value }) => [name.toLowerCase(), value]));
}
