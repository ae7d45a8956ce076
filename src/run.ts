import { randomBytes } from 'node:crypto';
import { v7 as uuidV7 } from 'uuid';
import type { Clock } from './core/clock.js';
import type { Session } from './db/session.js';
import type { Log } from './log.js';
import type { ClusterInfo, Cost, Data, Warning } from './output/envelope.js';
import type { Format } from './output/render.js';

/** What a command answers; the base turns it into the envelope. */
export interface Outcome {
  readonly data: Data;
  /** What table and markdown show in place of `data`, where that holds a document for programs. */
  readonly forPeople?: Data;
  /** What markdown writes in place of the whole envelope: a document of its own that people asked for. */
  readonly document?: string;
  /** 3 when something crossed the threshold that the caller asked for. */
  readonly exit?: 0 | 3;
  /** Set when the data is only part of what was asked for. */
  readonly error?: Error;
}

/** How the answer is to be shown; known once the flags are parsed. */
export interface OutputOptions {
  readonly format: Format;
  readonly fields: readonly string[];
  readonly summary: boolean;
  readonly maxBytes: number | null;
}

/** Where things are, so that no feature asks the process itself. */
export interface Surroundings {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** $PGDBA_HOME */
  readonly home: string;
  readonly version: string;
  /** Ids of all commands. */
  readonly commands: readonly string[];
}

/**
 * One invocation of pgdba: what it has learned so far, so that whatever ends it (an answer, an error, a signal, a
 * crash) the envelope tells all that is known.
 */
export class Run {
  // With bytes of node:crypto, because uuid's own would load Web Crypto into every start.
  readonly id = uuidV7({ random: randomBytes(16) });
  readonly startedAt: Date;
  readonly #startedMs: number;
  readonly #interruption = new AbortController();
  /** Ends the run with this error, after its work is stopped; src/answer.ts says how. */
  fail: (error: Error) => void = () => undefined;
  /** What is to be told when something else than the command's own answer ends the run: an error, a signal, a crash. */
  lastWord: (ended: Error) => Outcome | Error = (ended) => ended;
  readonly #sessions: Session[] = [];
  readonly #releases: (() => Promise<void>)[] = [];
  readonly warnings: Warning[] = [];
  command = '';
  dataSchema: string | null = null;
  cluster: ClusterInfo | null = null;
  output: OutputOptions = { format: 'json', fields: [], summary: false, maxBytes: null };

  constructor(
    readonly clock: Clock,
    readonly surroundings: Surroundings,
    readonly log: Log,
  ) {
    this.startedAt = clock.now();
    this.#startedMs = clock.monotonicMs();
  }

  /** Aborted when a signal or the run's time limit says that work must stop. */
  get interrupted(): AbortSignal {
    return this.#interruption.signal;
  }

  get durationMs(): number {
    return Math.round((this.clock.monotonicMs() - this.#startedMs) * 10) / 10;
  }

  /** A UUID version 7. */
  newId(): string {
    return uuidV7({ random: randomBytes(16), msecs: this.clock.now().getTime() });
  }

  /** Adds to the envelope's warnings, once for the same words about the same subject. */
  warn(code: string, message: string, more: { hint?: string; subject?: string } = {}): void {
    const warning: Warning = { code, message, hint: more.hint ?? null, subject: more.subject ?? null };
    const same = (known: Warning): boolean =>
      known.code === code && known.message === message && known.subject === warning.subject;
    if (!this.warnings.some(same)) this.warnings.push(warning);
  }

  /** Registers a session, so that its cost is counted and an interruption stops it. */
  adopt(session: Session): Session {
    this.#sessions.push(session);
    return session;
  }

  /** Registers what must be undone should the run be interrupted; last in, first out. */
  onInterrupt(release: () => Promise<void>): void {
    this.#releases.push(release);
  }

  /** Stops all work: no backend of ours is left on a server, and what was started is undone. */
  async interrupt(): Promise<void> {
    this.#interruption.abort();
    await Promise.allSettled(this.#sessions.map((session) => session.stop()));
    for (const release of this.#releases.reverse()) await release();
  }

  get cost(): Cost {
    const sum = (pick: (session: Session) => number): number =>
      this.#sessions.reduce((total, session) => total + pick(session), 0);
    return {
      queries: sum(({ cost }) => cost.queries),
      round_trips: sum(({ cost }) => cost.roundTrips),
      server_ms: Math.round(sum(({ cost }) => cost.serverMs) * 10) / 10,
    };
  }
}
