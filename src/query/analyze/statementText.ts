import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import { closedObject } from '../../core/schema.js';
import { flag, gauge, key, label } from '../../inspect/column.js';
import { pgStatStatements } from '../../inspect/sections/pg_stat_statements.js';
import { defineSection } from '../../inspect/section.js';
import { ask, essential, type AskOptions } from '../ask.js';
import type { StatementSource } from './analyzeData.js';

/** A statement's text by its queryid. It is planned, and so not masked before that: no column of the kind `query`. */
export const statementText = defineSection({
  id: 'statement_text',
  title: 'Entries of pg_stat_statements of one queryid',
  scope: 'cluster',
  reads: 'live',
  parameters: ['given:queryid'],
  order: 'those of the connected database first, then most calls',
  needs: pgStatStatements.needs.filter(({ kind }) => kind !== 'setting'),
  row: closedObject({
    queryid: key('identifier of the query'),
    usename: label('role'),
    datname: label('database'),
    here: flag('whether it is of the connected database'),
    calls: gauge('executions'),
    text: label('the text'),
  }),
  versionedBy: { extension: 'pg_stat_statements' },
  variants: [
    {
      since: 1004,
      sql: /* sql */ `
SELECT s.queryid::text AS queryid, r.rolname AS usename, d.datname,
       COALESCE(d.datname = pg_catalog.current_database(), false) AS here, s.calls, s.query AS text
  FROM @extschema@.pg_stat_statements(true) AS s
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.userid
  LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.dbid
 WHERE s.queryid = $1::int8
 ORDER BY here DESC, s.calls DESC, r.rolname, d.datname`,
    },
  ],
});

/** The text to plan, and where it is from. */
export interface FoundStatement {
  readonly text: string;
  readonly source: StatementSource;
}

/**
 * The text that pg_stat_statements holds of a queryid, as the connected database ran it.
 * @throws PgdbaError `unknown_queryid`, `extension_missing`, `insufficient_privilege`
 */
export async function findStatement(
  server: Pick<Server, 'snapshot' | 'facts'>,
  queryid: string,
  options: Omit<AskOptions, 'given'>,
): Promise<FoundStatement> {
  const answers = await ask(server, [statementText], { ...options, given: { queryid } });
  const entries = essential(answers, statementText).rows.map((row) => ({
    text: row['text'] as string | null,
    here: row['here'] === true,
    entry: {
      user: row['usename'] as string | null,
      database: row['datname'] as string | null,
      calls: Number(row['calls']),
    },
  }));
  const [first, ...others] = entries;
  if (first?.text == null) {
    throw new PgdbaError('unknown_queryid', `pg_stat_statements has no readable entry of queryid ${queryid}`);
  }
  if (!first.here) {
    const database = String(first.entry.database);
    throw new PgdbaError('unknown_queryid', `queryid ${queryid} was run in database ${database}, not here`, {
      hint: `Connect there: --dbname ${database}.`,
    });
  }
  return { text: first.text, source: { queryid, ...first.entry, others: others.map(({ entry }) => entry) } };
}
