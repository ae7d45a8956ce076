import type { QueryArrayConfig, QueryArrayResult } from 'pg';
import { PgdbaError } from '../core/errors.js';
import type { Connection } from './connect.js';
import { snapshotOpening, type Limits } from './guards.js';
import { Snapshot, type SessionCost } from './snapshot.js';
import { describeSqlError } from './sqlError.js';
import type { RawRows, Statement } from './statement.js';

type TextResult = QueryArrayResult<(string | null)[]>;

/** Between two cancel requests while a session is stopped: a cancel ends one statement of a pipeline, not all. */
const CANCEL_EVERY_MS = 15;
/** The contract allows one second until our backend is gone. */
const STOP_WITHIN_MS = 900;

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
  #inTransaction = false;
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

  /** Whether a statement could still be sent, as far as is known. */
  isUsable(): boolean {
    return this.#lost === null && this.#stopping === undefined;
  }

  /**
   * Opens a READ ONLY REPEATABLE READ transaction, with the guards set LOCAL to it: through a transaction pooler
   * nothing else may hold them, and directly they repeat what the startup packet said.
   * @param sharedStatistics whether all cumulative statistics shall be of one moment (PostgreSQL 15 and later); the
   * server then copies them all at the first look, which nobody needs who looks once
   */
  beginSnapshot(sharedStatistics: boolean): Snapshot {
    this.#inTransaction = true;
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
        ...(statement.alone === undefined ? {} : { queryMode: 'extended' }),
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
    if (!this.#inTransaction) {
      void this.connection.end();
      return;
    }
    if (this.pooled) {
      // Everything is read: a COMMIT that gets no answer costs nothing, and `lost` tells of the connection.
      await this.send({ sql: 'COMMIT' }).catch((error: unknown) => {
        if (!(error instanceof PgdbaError)) throw error;
      });
    } else {
      this.cost.queries++;
      this.connection.client.query('COMMIT').catch(() => undefined);
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
