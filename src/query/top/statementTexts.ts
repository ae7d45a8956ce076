import { closedObject } from '../../core/schema.js';
import { flagKey, key, numberKey, query } from '../../inspect/column.js';
import { defineSection, type Row } from '../../inspect/section.js';

/**
 * Texts of some entries of pg_stat_statements, or of all. The server reads its whole file of texts and makes a row of
 * every entry for it, so it is asked once, after the numbers have said which entries are of interest, and sends
 * nothing but those. Parameter `entries` is a JSON array of keys as {@link textKeys} makes it, `null` for all.
 */
export const statementTexts = defineSection({
  id: 'pg_stat_statements texts',
  title: 'Texts of some statements',
  scope: 'cluster',
  reads: 'live',
  parameters: ['given:entries'],
  order: 'none',
  needs: [
    {
      kind: 'extension',
      name: 'pg_stat_statements',
      preloadedWhen: 'pg_stat_statements.max',
      without: 'skipped',
      loses: 'no statement texts',
    },
  ],
  row: closedObject({
    userid: numberKey('oid of the role'),
    dbid: numberKey('oid of the database'),
    toplevel: flagKey('whether it was run by a client and not inside a function, since 1.9'),
    queryid: key('identifier of the query'),
    query: query('text of the query'),
  }),
  versionedBy: { extension: 'pg_stat_statements' },
  variants: [
    {
      since: 1004,
      sql: /* sql */ `
SELECT s.userid, s.dbid, NULL::bool AS toplevel, s.queryid::text AS queryid, s.query
  FROM @extschema@.pg_stat_statements(true) AS s
 WHERE s.queryid IS NOT NULL
   AND ($1::json IS NULL OR (s.userid::int8, s.dbid::int8, s.queryid) IN (
         SELECT k.userid, k.dbid, k.queryid
           FROM pg_catalog.json_to_recordset($1::json) AS k(userid int8, dbid int8, queryid int8)))`,
    },
    {
      since: 1009,
      sql: /* sql */ `
SELECT s.userid, s.dbid, s.toplevel, s.queryid::text AS queryid, s.query
  FROM @extschema@.pg_stat_statements(true) AS s
 WHERE s.queryid IS NOT NULL
   AND ($1::json IS NULL OR (s.userid::int8, s.dbid::int8, s.toplevel, s.queryid) IN (
         SELECT k.userid, k.dbid, k.toplevel, k.queryid
           FROM pg_catalog.json_to_recordset($1::json)
             AS k(userid int8, dbid int8, toplevel bool, queryid int8)))`,
    },
  ],
});

/** The value of parameter `entries` that names these entries; those whose queryid is hidden are left out. */
export function textKeys(entries: readonly Row[]): string {
  const keys = entries
    .filter((row) => row['queryid'] !== null)
    .map(({ userid, dbid, toplevel, queryid }) => ({ userid, dbid, toplevel, queryid }));
  return JSON.stringify(keys);
}

/** What tells an entry apart from all others, as one text. */
export function entryKey({ userid, dbid, toplevel, queryid }: Row): string {
  return JSON.stringify([userid, dbid, toplevel, queryid]);
}

/** Text of each entry that was read, by {@link entryKey}; an entry whose text the server has lost is not in it. */
export function textsByEntry(rows: readonly Row[]): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap((row) => (typeof row['query'] === 'string' ? [[entryKey(row), row['query']] as const] : [])),
  );
}
