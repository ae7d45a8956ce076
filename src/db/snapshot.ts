import { PgdbaError } from '../core/errors.js';
import type { RawRows, Reading, Statement } from './statement.js';

/** What a snapshot sends its statements through: the session. */
interface Sender {
  send(statement: Statement): Promise<RawRows>;
  readonly idle: boolean;
  readonly cost: SessionCost;
}

export interface SessionCost {
  queries: number;
  roundTrips: number;
  serverMs: number;
}

/** Ends a read whatever became of it, and tells the server's time: milliseconds since the epoch. */
const MARK = `ROLLBACK TO SAVEPOINT pgdba; SELECT EXTRACT(epoch FROM pg_catalog.clock_timestamp()) * 1000`;

/**
 * One snapshot transaction. Each read stands in a savepoint of its own, so that one that fails costs no other.
 */
export class Snapshot {
  readonly #sender: Sender;
  #lastMark: Promise<number | null>;

  constructor(
    sender: Sender,
    opening: string,
    /** Whether all cumulative statistics are of one moment. */
    readonly sharedStatistics: boolean,
  ) {
    this.#sender = sender;
    // Reads behind a failed BEGIN fail too and report it; this only keeps Node from calling it unhandled.
    sender.send({ sql: opening }).catch(() => undefined);
    this.#lastMark = this.#mark();
  }

  /** Reads one statement; never throws for what the server says. @throws what is neither SQL nor network. */
  async read(statement: Statement): Promise<Reading> {
    if (this.#sender.idle) this.#lastMark = this.#mark();
    const before = this.#lastMark;
    const sent = this.#sender.send(statement).then(
      (rows) => rows,
      (error: unknown) => failure(error),
    );
    const after = this.#mark();
    this.#lastMark = after;
    const [from, result, to] = await Promise.all([before, sent, after]);
    const durationMs = from === null || to === null ? 0 : to - from;
    this.#sender.cost.serverMs += durationMs;
    return { result, sampledAt: to === null ? null : new Date(to).toISOString(), durationMs };
  }

  async #mark(): Promise<number | null> {
    try {
      const { rows } = await this.#sender.send({ sql: MARK });
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
