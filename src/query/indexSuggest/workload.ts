import type { Server } from '../../cluster/server.js';
import { closedObject } from '../../core/schema.js';
import { gauge, key, label, time } from '../../inspect/column.js';
import { pgStatStatements } from '../../inspect/sections/pg_stat_statements.js';
import { defineSection } from '../../inspect/section.js';
import { ask, essential, type Answers, type AskOptions } from '../ask.js';
import { tokensOf } from '../plan/tokens.js';

/** One statement of a workload. */
export interface Entry {
  readonly queryid: string | null;
  readonly text: string;
  readonly calls: number;
  readonly totalMs: number | null;
  /** Rows returned or changed by all calls; null when nobody counted. */
  readonly rows: number | null;
}

export interface Workload {
  readonly source: 'pg_stat_statements' | 'file' | 'sql';
  readonly entries: readonly Entry[];
  readonly statsReset: string | null;
  readonly limitations: Answers['limitations'];
}

const columns = (time: string): string => `
SELECT s.queryid::text AS queryid, pg_catalog.sum(s.calls)::int8 AS calls, pg_catalog.sum(s.${time}) AS total_time_ms,
       pg_catalog.sum(s.rows)::int8 AS rows, pg_catalog.min(s.query) AS text`;

const FROM = /* sql */ `
  FROM @extschema@.pg_stat_statements(true) AS s
 WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
   AND s.queryid IS NOT NULL
 GROUP BY s.queryid
 ORDER BY s.queryid`;

/** What this database ran, all roles together. Texts are parsed and planned, and masked only when they are shown. */
export const workloadEntries = defineSection({
  id: 'pg_stat_statements',
  title: 'Statements of this database',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'by queryid',
  needs: pgStatStatements.needs.filter(({ kind }) => kind !== 'setting'),
  row: closedObject({
    queryid: key('identifier of the query'),
    calls: gauge('executions'),
    total_time_ms: gauge('milliseconds spent executing'),
    rows: gauge('rows returned or changed'),
    text: label('the text'),
    stats_reset: time('when all entries were last reset, since 1.9'),
  }),
  versionedBy: { extension: 'pg_stat_statements' },
  variants: [
    { since: 1004, sql: `${columns('total_time')}, NULL::timestamptz AS stats_reset${FROM}` },
    { since: 1008, sql: `${columns('total_exec_time')}, NULL::timestamptz AS stats_reset${FROM}` },
    {
      since: 1009,
      sql: `${columns('total_exec_time')},
       (SELECT i.stats_reset FROM @extschema@.pg_stat_statements_info() AS i) AS stats_reset${FROM}`,
    },
  ],
});

/**
 * The workload that pg_stat_statements holds of the connected database.
 * @throws PgdbaError `extension_missing`, `insufficient_privilege`, `statement_timeout`, `run_timeout`, `server_error`
 */
export async function readWorkload(
  server: Pick<Server, 'snapshot' | 'facts'>,
  options: AskOptions,
): Promise<Workload> {
  const answers = await ask(server, [workloadEntries], options);
  const { rows } = essential(answers, workloadEntries);
  return {
    source: 'pg_stat_statements',
    entries: rows.map((row) => ({
      queryid: String(row['queryid']),
      text: (row['text'] ?? '') as string,
      calls: Number(row['calls']),
      totalMs: Number(row['total_time_ms']),
      rows: Number(row['rows']),
    })),
    statsReset: (rows[0]?.['stats_reset'] ?? null) as string | null,
    limitations: answers.limitations,
  };
}

/** The statements of a text, each of one call; what is the same is counted together. */
export function workloadOf(text: string, source: 'file' | 'sql'): Workload {
  const entries = new Map<string, Entry>();
  for (const statement of statementsIn(text)) {
    const calls = (entries.get(statement)?.calls ?? 0) + 1;
    entries.set(statement, { queryid: null, text: statement, calls, totalMs: null, rows: null });
  }
  return { source, entries: [...entries.values()], statsReset: null, limitations: [] };
}

/** The statements of a text, without the semicolons between them; bodies of BEGIN ATOMIC are not known. */
function statementsIn(text: string): string[] {
  const ends = tokensOf(text).flatMap(({ kind, value, end }) =>
    kind === 'mark' && value === ';' ? [end] : [],
  );
  const starts = [0, ...ends];
  return starts
    .map((start, at) => text.slice(start, ends[at] === undefined ? text.length : ends[at] - 1).trim())
    .filter((statement) => tokensOf(statement).length > 0);
}
