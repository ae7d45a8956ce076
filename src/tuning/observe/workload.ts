import { PgdbaError } from '../../core/errors.js';
import { chooseVariant, extensionVersionNum } from '../../core/version.js';
import type { Session } from '../../db/session.js';

/** What the whole server has done so far, at one moment; null where this server cannot tell. */
export interface WorkDone {
  /** Milliseconds since the epoch, by the server's clock. */
  readonly at_ms: number;
  /** When the postmaster started: counters of another life are not compared. */
  readonly started_at: string;
  /** By oid, since one that is dropped takes its counters along; 0 stands for what all share. */
  readonly databases: Readonly<Record<string, DatabaseWork>>;
  /** 14 and later. */
  readonly wal_bytes: number | null;
  readonly checkpoints_requested: number;
  /** Sessions that wait for a lock at this moment. */
  readonly lock_waiters: number;
  readonly statement_calls: number | null;
  readonly statement_ms: number | null;
}

/** What was done in one database. */
export interface DatabaseWork {
  /** When its counters were reset. */
  readonly stats_reset: string | null;
  readonly commits: number;
  readonly rollbacks: number;
  readonly deadlocks: number;
  /** Buffers looked at, found or read. */
  readonly blocks: number;
  readonly temp_bytes: number;
}

/** Every database, and how many sessions wait. */
const DATABASES = /* sql */ `
SELECT pg_catalog.json_build_object(
  'at_ms', EXTRACT(epoch FROM pg_catalog.clock_timestamp()) * 1000,
  'started_at', pg_catalog.pg_postmaster_start_time(),
  'databases', pg_catalog.json_object_agg(d.datid, pg_catalog.json_build_object(
    'stats_reset', d.stats_reset,
    'commits', d.xact_commit,
    'rollbacks', d.xact_rollback,
    'deadlocks', d.deadlocks,
    'blocks', d.blks_hit + d.blks_read,
    'temp_bytes', d.temp_bytes)),
  'lock_waiters', (SELECT pg_catalog.count(DISTINCT l.pid) FROM pg_catalog.pg_locks AS l WHERE NOT l.granted))
  FROM pg_catalog.pg_stat_database AS d`;

const WRITING = [
  {
    since: 12,
    sql: /* sql */ `
SELECT NULL::numeric AS wal_bytes, b.checkpoints_req AS checkpoints_requested
  FROM pg_catalog.pg_stat_bgwriter AS b`,
  },
  {
    since: 14,
    sql: /* sql */ `
SELECT w.wal_bytes, b.checkpoints_req AS checkpoints_requested
  FROM pg_catalog.pg_stat_wal AS w, pg_catalog.pg_stat_bgwriter AS b`,
  },
  {
    since: 17,
    sql: /* sql */ `
SELECT w.wal_bytes, c.num_requested AS checkpoints_requested
  FROM pg_catalog.pg_stat_wal AS w, pg_catalog.pg_stat_checkpointer AS c`,
  },
] as const;

/** By the extension's version; without the texts, whose file may be large. */
const OF_THE_STATEMENTS = [
  {
    since: 1004,
    sql: /* sql */ `
SELECT pg_catalog.sum(s.calls) AS calls, pg_catalog.sum(s.total_time) AS ms
  FROM @extschema@.pg_stat_statements(false) AS s`,
  },
  {
    since: 1008,
    sql: /* sql */ `
SELECT pg_catalog.sum(s.calls) AS calls, pg_catalog.sum(s.total_exec_time) AS ms
  FROM @extschema@.pg_stat_statements(false) AS s`,
  },
] as const;

/** What of the server decides how it is asked. */
export interface Observed {
  readonly major: number;
  readonly statements:
    { readonly version: string; readonly schema: string; readonly usable: boolean } | undefined;
}

/**
 * Reads what the server has done so far, outside any transaction block: a window of minutes must not hold back vacuum.
 * @throws PgdbaError when the server does not answer
 */
export async function readWorkDone(session: Session, observed: Observed): Promise<WorkDone> {
  const [databases, writing, statements] = await Promise.all([
    session.send({ sql: DATABASES }),
    session.send({ sql: chooseVariant(WRITING, observed.major)?.sql ?? '' }),
    readStatements(session, observed.statements),
  ]);
  const [walBytes, checkpoints] = writing.rows[0] ?? [];
  return {
    ...(JSON.parse(databases.rows[0]?.[0] ?? '{}') as Omit<WorkDone, keyof Written | keyof StatementWork>),
    wal_bytes: walBytes === null || walBytes === undefined ? null : Number(walBytes),
    checkpoints_requested: Number(checkpoints ?? 0),
    ...statements,
  };
}

type Written = Pick<WorkDone, 'wal_bytes' | 'checkpoints_requested'>;

interface StatementWork {
  readonly statement_calls: number | null;
  readonly statement_ms: number | null;
}

const UNKNOWN: StatementWork = { statement_calls: null, statement_ms: null };

async function readStatements(session: Session, extension: Observed['statements']): Promise<StatementWork> {
  if (extension?.usable !== true) return UNKNOWN;
  const sql = chooseVariant(OF_THE_STATEMENTS, extensionVersionNum(extension.version))?.sql;
  if (sql === undefined) return UNKNOWN;
  try {
    const { rows } = await session.send({ sql: sql.replaceAll('@extschema@', () => extension.schema) });
    const [calls, ms] = rows[0] ?? [];
    return { statement_calls: Number(calls ?? 0), statement_ms: Number(ms ?? 0) };
  } catch (error) {
    // Not preloaded, or not for this role: the other numbers still tell.
    if (error instanceof PgdbaError && error.exit !== 4) return UNKNOWN;
    throw error;
  }
}

/** Transactions of its own that one look commits. */
export const TRANSACTIONS_PER_LOOK = 3;
