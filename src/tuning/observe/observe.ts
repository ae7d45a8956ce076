import { asError } from '../../core/errors.js';
import type { Clock } from '../../core/clock.js';
import { closedObject, nullable, Type, type Static } from '../../core/schema.js';
import type { Session } from '../../db/session.js';
import { judge, verdictSchema, type Verdict } from './verdict.js';
import { windowOf, windowSchema, type Window } from './window.js';
import { readWorkDone, type Observed, type WorkDone } from './workload.js';

export const observationSchema = closedObject(
  {
    window_ms: Type.Number({ description: '--observe: length of each window' }),
    before: Type.Array(nullable(windowSchema), {
      description: 'two windows without the change: their difference is chance',
    }),
    after: nullable(windowSchema),
    ...verdictSchema.properties,
  },
  'what the server did before and after the change, and what was made of it',
);
export type Observation = Static<typeof observationSchema>;

/** Looks within a window: enough to see waiters come and go, and soon enough to see that the server is gone. */
const LOOK_EVERY_MS = 1000;
/** How often, and for how long, a server that does not answer is asked again before it counts as lost. */
const RECONNECT_TRIES = 5;

export interface ObserveDeps {
  readonly clock: Clock;
  /** Opens a session for reading. */
  readonly openSession: () => Promise<Session>;
  /** Aborted when the run must stop. */
  readonly stopped: AbortSignal;
  readonly observed: Observed;
}

/** Watches a server around a change. */
export class Watch {
  readonly #windowMs: number;
  readonly #deps: ObserveDeps;
  #before: readonly [Window | null, Window | null] = [null, null];

  constructor(windowMs: number, deps: ObserveDeps) {
    this.#windowMs = windowMs;
    this.#deps = deps;
  }

  /** Measures the two windows before the change. @throws PgdbaError when the server does not answer */
  async before(): Promise<void> {
    const first = await this.#window();
    this.#before = [first, await this.#window()];
  }

  /** Measures the window after the change and judges it. @throws only when the run was stopped */
  async after(maxRegressionRatio: number): Promise<Observation> {
    let window: Window | null = null;
    let verdict: Verdict;
    try {
      window = await this.#window();
      verdict = judge({ before: this.#before, after: window }, maxRegressionRatio);
    } catch (thrown) {
      this.#deps.stopped.throwIfAborted();
      verdict = {
        verdict: 'server_lost',
        reason: `the server stopped answering: ${asError(thrown).message}`,
        max_regression_ratio: maxRegressionRatio,
        measures: [],
      };
    }
    return { window_ms: this.#windowMs, before: [...this.#before], after: window, ...verdict };
  }

  async #window(): Promise<Window | null> {
    const { clock, stopped } = this.#deps;
    const until = clock.monotonicMs() + this.#windowMs;
    const looks: WorkDone[] = [];
    let session = await this.#deps.openSession();
    try {
      for (;;) {
        const seen = await this.#look(session);
        session = seen.session;
        looks.push(seen.work);
        const left = until - clock.monotonicMs();
        if (left <= 0) return windowOf(looks);
        await clock.sleep(Math.min(LOOK_EVERY_MS, left), stopped);
        stopped.throwIfAborted();
      }
    } finally {
      await session.close();
    }
  }

  /** One look, over a new session when the old one is gone: a backend that was ended is not yet a lost server. */
  async #look(session: Session): Promise<{ readonly session: Session; readonly work: WorkDone }> {
    let current = session;
    for (let tries = 1; ; tries++) {
      try {
        return { session: current, work: await readWorkDone(current, this.#deps.observed) };
      } catch (error) {
        this.#deps.stopped.throwIfAborted();
        if (tries >= RECONNECT_TRIES) throw error;
        await this.#deps.clock.sleep(LOOK_EVERY_MS, this.#deps.stopped);
        current = await this.#deps.openSession().catch(() => current);
      }
    }
  }
}
