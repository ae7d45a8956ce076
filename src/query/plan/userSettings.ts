import { PgdbaError } from '../../core/errors.js';
import type { Snapshot } from '../../db/snapshot.js';
import type { Statement } from '../../db/statement.js';

/**
 * Settings that pgdba pins for its own reading and that decide what a statement means or how it is planned: a plan is
 * made with those of the role's own sessions.
 */
export const PINNED = [
  'search_path',
  'jit',
  'max_parallel_workers_per_gather',
  'TimeZone',
  'DateStyle',
  'IntervalStyle',
] as const;

/** Setting → value, as a new session of this role in this database has them. */
export type UserSettings = Readonly<Record<string, string>>;

/**
 * What a session returns to with RESET: the server's, the database's and the role's settings. Right in a session of the
 * purpose `settings`, whose startup packet sets none of them.
 */
const RESET_VALUES = /* sql */ `
SELECT s.name, s.reset_val AS value, s.setting
  FROM pg_catalog.pg_settings AS s
 WHERE s.name = ANY ($1::text[])
 ORDER BY s.name`;

/** The settings that this role's own sessions would plan with. @throws PgdbaError when they cannot be read */
export async function readUserSettings(
  snapshot: Snapshot,
  more: readonly string[] = [],
): Promise<UserSettings> {
  const names = `{${[...PINNED, ...more].join(',')}}`;
  const { result } = await snapshot.read({ sql: RESET_VALUES, params: [names] });
  if (result instanceof PgdbaError) throw result;
  return Object.fromEntries(result.rows.map(([name, value]) => [name ?? '', value ?? '']));
}

/** Sets settings until the transaction or its savepoint ends. */
export function settingLocally(settings: UserSettings): Statement {
  const sql = /* sql */ `
SELECT pg_catalog.count(pg_catalog.set_config(s.key, s.value, true))
  FROM pg_catalog.json_each_text($1::json) AS s`;
  return { sql, params: [JSON.stringify(settings)] };
}
