import type { LogRecord } from './logRecord.js';
import { logTime } from './logTime.js';
import { slowMessage, type Event } from './slowMessage.js';

/** One execution that a log tells of. */
export interface Execution extends Omit<LogRecord, 'severity' | 'message' | 'time'> {
  /** As it was written. */
  readonly loggedAt: string;
  /** ISO 8601 UTC; null when the zone is not known. */
  readonly endedAt: string | null;
  readonly durationMs: number;
  readonly event: Event | null;
  readonly text: string | null;
}

export interface CollectorWish {
  readonly thresholdMs: number;
  /** The slowest so many are kept; 0 = all. */
  readonly limit: number;
  /** Milliseconds since the epoch; null = all. */
  readonly sinceMs: number | null;
  /** log_timezone. */
  readonly timeZone: string | null;
}

/** Sessions of which it is remembered what they do; those that logged longest ago are forgotten. */
const MOST_SESSIONS = 1000;

/** Something for each of the sessions that logged last. */
class PerSession<T> {
  readonly #values = new Map<string, T>();

  set(session: string | null, value: T): void {
    if (session === null) return;
    this.#values.delete(session);
    this.#values.set(session, value);
    const oldest = this.#values.size > MOST_SESSIONS ? this.#values.keys().next().value : undefined;
    if (oldest !== undefined) this.#values.delete(oldest);
  }

  take(session: string | null): T | undefined {
    if (session === null) return undefined;
    const value = this.#values.get(session);
    this.#values.delete(session);
    return value;
  }
}

/**
 * Finds the slow executions in the records of a log, in memory that does not grow with it.
 *
 * A duration that stands alone (log_duration, or after log_statement) belongs to the statement that the same session
 * announced just before; where it announced none, the text is unknown. auto_explain logs a second time what
 * log_min_duration_statement logs: before it, or for bound statements after it; such a pair counts once.
 */
export class SlowCollector {
  /** Executions over the threshold, before the limit. */
  total = 0;
  /** Executions with a duration, slow or not. */
  timed = 0;
  /** Of those over the threshold, how many could not be told whether they are young enough. */
  undated = 0;
  from: string | null = null;
  to: string | null = null;
  readonly #wish: CollectorWish;
  #kept: Execution[] = [];
  readonly #announced = new PerSession<string>();
  readonly #last = new PerSession<Execution>();

  constructor(wish: CollectorWish) {
    this.#wish = wish;
  }

  readonly take = (record: LogRecord): void => {
    const message = slowMessage(record.message);
    const { session } = record;
    if (message === null) {
      // What was announced has failed: the next duration is of something else.
      if (/^(?:ERROR|FATAL|PANIC)$/.test(record.severity)) this.#announced.take(session);
      return;
    }
    if (message.kind === 'announced') {
      this.#announced.set(session, message.text);
      return;
    }
    this.timed++;
    const announced = message.event === 'plan' ? undefined : this.#announced.take(session);
    const execution = this.#executionOf(
      record,
      message.durationMs,
      message.event,
      message.text ?? announced ?? null,
    );
    this.#spanTo(execution.endedAt);
    if (execution.durationMs >= this.#wish.thresholdMs && this.#isYoung(execution)) this.#keep(execution);
  };

  /** The slowest executions, slowest first. */
  slowest(): readonly Execution[] {
    this.#cut();
    return this.#kept;
  }

  #executionOf(
    { severity: _severity, message: _message, time, ...about }: LogRecord,
    durationMs: number,
    event: Event | null,
    text: string | null,
  ): Execution {
    const endedAt = logTime(time, this.#wish.timeZone);
    return { ...about, loggedAt: time, endedAt, durationMs, event, text: text === null ? null : text.trim() };
  }

  #spanTo(moment: string | null): void {
    if (moment === null) return;
    if (this.from === null || moment < this.from) this.from = moment;
    if (this.to === null || moment > this.to) this.to = moment;
  }

  #isYoung({ endedAt }: Execution): boolean {
    const { sinceMs } = this.#wish;
    if (sinceMs === null) return true;
    return endedAt === null || Date.parse(endedAt) >= sinceMs;
  }

  #keep(execution: Execution): void {
    const last = this.#last.take(execution.session);
    if (last !== undefined && isSameTwice(last, execution)) {
      // Of the two the statement's own line is kept: its duration is the whole.
      if (execution.event === 'plan') return;
      const at = this.#kept.indexOf(last);
      if (at >= 0) this.#kept.splice(at, 1);
      this.#count(last, -1);
    }
    this.#last.set(execution.session, execution);
    this.#kept.push(execution);
    this.#count(execution, 1);
    const { limit } = this.#wish;
    if (limit > 0 && this.#kept.length >= 2 * limit + MOST_SESSIONS) this.#cut();
  }

  #count({ endedAt }: Execution, by: number): void {
    this.total += by;
    if (endedAt === null && this.#wish.sinceMs !== null) this.undated += by;
  }

  #cut(): void {
    this.#kept.sort((a, b) => b.durationMs - a.durationMs);
    if (this.#wish.limit > 0) this.#kept.length = Math.min(this.#kept.length, this.#wish.limit);
  }
}

/** Whether one of the two lines is auto_explain's about what the other tells. */
function isSameTwice(a: Execution, b: Execution): boolean {
  if ((a.event === 'plan') === (b.event === 'plan') || a.text === null || a.text !== b.text) return false;
  const [plan, whole] = a.event === 'plan' ? [a, b] : [b, a];
  return plan.durationMs <= whole.durationMs;
}
