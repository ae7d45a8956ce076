import type { QueryArrayConfig, QueryArrayResult } from 'pg';
import { PgdbaError } from '../core/errors.js';
import type { Connection } from './connect.js';
import { describeSqlError } from './sqlError.js';

type TextResult = QueryArrayResult<(string | null)[]>;

/** A statement of static text; values only ever travel as parameters. */
export interface Statement {
  readonly sql: string;
  readonly params?: readonly (string | number | boolean | null)[];
}

/** Rows as the server sent them: text format, in the order of `columns`. */
export interface RawRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** What became of one statement: its rows or its error, when it ended by the server's clock, and how long it took. */
export interface Reading {
  readonly result: RawRows | PgdbaError;
  /** ISO 8601 UTC by the server's clock; null when the connection broke first. */
  readonly sampledAt: string | null;
  readonly durationMs: number;
}

export interface SessionCost {
  queries: number;
  roundTrips: number;
  serverMs: number;
}

/** Limits of a session; 0 is "no limit", as in PostgreSQL. */
export interface Limits {
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

/** How long a transaction of ours may lie idle before the server ends it, should pgdba be stopped in the middle. */
const IDLE_IN_TRANSACTION_MS = 30_000;

/** Between two cancel requests while a session is stopped: a cancel ends one statement of a pipeline, not all. */
const CANCEL_EVERY_MS = 15;
/** The contract allows one second until our backend is gone. */
const STOP_WITHIN_MS = 900;

/**
 * The settings every session runs under. `default_transaction_read_only` makes even a statement outside the
 * transaction harmless; the formats are what src/inspect/decode.ts reads; parallel workers and JIT are off because a
 * diagnostic session should not take a busy server's CPUs.
 */
export function guards(limits: Limits): Readonly<Record<string, string>> {
  return {
    search_path: 'pg_catalog',
    statement_timeout: String(limits.statementTimeoutMs),
    lock_timeout: String(limits.lockTimeoutMs),
    idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_MS),
    default_transaction_read_only: 'on',
    max_parallel_workers_per_gather: '0',
    jit: 'off',
    TimeZone: 'UTC',
    DateStyle: 'ISO',
    IntervalStyle: 'postgres',
  };
}

/**
 * One guarded connection. All statements go out in pipeline mode: whoever does not await between two of them pays one
 * round trip for both.
 */
export class Session {
  readonly connection: Connection;
  /** Whether a pooler stands between; known at first only when it refused the startup packet. */
  pooled: boolean;
  readonly cost: SessionCost = { queries: 0, roundTrips: 0, serverMs: 0 };
  readonly #limits: Limits;
  #outstanding = 0;
  #lost: PgdbaError | null = null;
  #stopping: Promise<void> | undefined;
  #stoppedBecause: PgdbaError | undefined;
  #drop: (error: PgdbaError) => void = () => undefined;
  /** Rejects when we dropped the connection: a statement that was on its way then gets no other answer. */
  readonly #dropped = new Promise<never>((_resolve, reject) => {
    this.#drop = reject;
  });

  constructor(connection: Connection, limits: Limits) {
    this.connection = connection;
    this.pooled = !connection.guardsInStartup;
    this.#limits = limits;
    this.#dropped.catch(() => undefined);
  }

  /** The error with which the connection broke, unless it was we who stopped it; null while it holds. */
  get lost(): PgdbaError | null {
    return this.#stopping === undefined ? this.#lost : null;
  }

  /**
   * Opens a READ ONLY REPEATABLE READ transaction, with the guards set LOCAL to it: through a transaction pooler
   * nothing else may hold them, and directly they repeat what the startup packet said.
   * @param sharedStatistics whether all cumulative statistics shall be of one moment (PostgreSQL 15 and later); the
   * server then copies them all at the first look, which nobody needs who looks once
   */
  beginSnapshot(sharedStatistics: boolean): Snapshot {
    const shared = sharedStatistics && this.connection.serverVersionNum >= 150_000;
    return new Snapshot(this, snapshotOpening(this.#limits, shared), shared);
  }

  /** Sends a statement and returns its rows. @throws PgdbaError by the statement's SQLSTATE, `connection_lost`, why it was stopped */
  async send(statement: Statement): Promise<RawRows> {
    if (this.#outstanding === 0) this.cost.roundTrips++;
    this.cost.queries++;
    this.#outstanding++;
    try {
      const config: QueryArrayConfig = {
        text: statement.sql,
        rowMode: 'array',
        ...(statement.params === undefined ? {} : { values: [...statement.params] }),
      };
      // Several statements in one message (BEGIN and what follows it) are answered by a list; the last one has the rows.
      const answer = (await Promise.race([this.connection.client.query(config), this.#dropped])) as
        TextResult | TextResult[];
      const last = Array.isArray(answer) ? answer.at(-1) : answer;
      return { columns: last?.fields.map(({ name }) => name) ?? [], rows: last?.rows ?? [] };
    } catch (error) {
      const described = describeSqlError(error);
      if (described.code === 'connection_lost') this.#lost ??= described;
      throw this.#stoppedBecause ?? described;
    } finally {
      this.#outstanding--;
    }
  }

  /**
   * Commits (so that a look does not count as a rollback in pg_stat_database) and ends the connection. Through a
   * pooler the answer is awaited, because a client that leaves in the middle of a transaction costs the pool its
   * server connection; directly nobody needs it.
   */
  async close(): Promise<void> {
    if (this.#lost !== null || this.#stopping !== undefined) return;
    const committed = this.connection.client.query('COMMIT');
    this.cost.queries++;
    if (this.pooled) {
      this.cost.roundTrips++;
      await committed;
    } else {
      committed.catch(() => undefined);
    }
    void this.connection.end();
  }

  /** Whether nothing we sent is still to be answered. */
  get idle(): boolean {
    return this.#outstanding === 0;
  }

  /**
   * Stops whatever the server is doing for us and drops the connection, within a second. Statements of a pipeline that
   * wait behind a cancelled one would still run, so cancels are repeated until all are answered.
   * @param because what statements that are cut short then throw, in place of what became of them
   */
  stop(because?: PgdbaError): Promise<void> {
    this.#stoppedBecause ??= because;
    this.#stopping ??= this.#cancelAll();
    return this.#stopping;
  }

  async #cancelAll(): Promise<void> {
    const until = performance.now() + STOP_WITHIN_MS;
    while (!this.idle && performance.now() < until) {
      await this.connection.cancel();
      await new Promise((resolve) => setTimeout(resolve, CANCEL_EVERY_MS));
    }
    this.connection.destroy();
    this.#drop(new PgdbaError('connection_lost', 'the connection was closed because the run was stopped'));
  }
}

function snapshotOpening(limits: Limits, sharedStatistics: boolean): string {
  const settings = Object.entries(guards(limits)).filter(
    ([name]) => name !== 'default_transaction_read_only',
  );
  if (sharedStatistics) settings.push(['stats_fetch_consistency', 'snapshot']);
  return [
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    ...settings.map(([name, value]) => `SET LOCAL ${name} = '${value}'`),
    'SAVEPOINT pgdba',
  ].join('; ');
}

/** Ends a read whatever became of it, and tells the server's time: milliseconds since the epoch. */
const MARK = `ROLLBACK TO SAVEPOINT pgdba; SELECT EXTRACT(epoch FROM pg_catalog.clock_timestamp()) * 1000`;

/**
 * One snapshot transaction. Each read stands in a savepoint of its own, so that one that fails costs no other.
 */
export class Snapshot {
  readonly #session: Session;
  #lastMark: Promise<number | null>;

  constructor(
    session: Session,
    opening: string,
    /** Whether all cumulative statistics are of one moment. */
    readonly sharedStatistics: boolean,
  ) {
    this.#session = session;
    // Reads behind a failed BEGIN fail too and report it; this only keeps Node from calling it unhandled.
    session.send({ sql: opening }).catch(() => undefined);
    this.#lastMark = this.#mark();
  }

  /** Reads one statement; never throws for what the server says. @throws what is neither SQL nor network. */
  async read(statement: Statement): Promise<Reading> {
    if (this.#session.idle) this.#lastMark = this.#mark();
    const before = this.#lastMark;
    const sent = this.#session.send(statement).then(
      (rows) => rows,
      (error: unknown) => failure(error),
    );
    const after = this.#mark();
    this.#lastMark = after;
    const [from, result, to] = await Promise.all([before, sent, after]);
    const durationMs = from === null || to === null ? 0 : to - from;
    this.#session.cost.serverMs += durationMs;
    return { result, sampledAt: to === null ? null : new Date(to).toISOString(), durationMs };
  }

  async #mark(): Promise<number | null> {
    try {
      const { rows } = await this.#session.send({ sql: MARK });
      return Number(rows[0]?.[0]);
    } catch (error) {
      failure(error);
      return null;
    }
  }
}

function failure(error: unknown): PgdbaError {
  if (error instanceof PgdbaError) return error;
  throw error;
}
