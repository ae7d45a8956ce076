import type { PgdbaError } from './core/errors.js';
import type { Session } from './db/session.js';

/** Sessions that end with a signal; one listener serves them all, for a run may open a session again and again. */
const endingWith = new WeakMap<AbortSignal, Session[]>();

/** Stops the session when the signal is aborted; what it was reading then ends with the reason, such as `run_timeout`. */
export function stopWhen(ending: AbortSignal, session: Session): void {
  if (ending.aborted) {
    void session.stop(ending.reason as PgdbaError);
    return;
  }
  const known = endingWith.get(ending);
  if (known !== undefined) {
    known.push(session);
    return;
  }
  const sessions = [session];
  endingWith.set(ending, sessions);
  const stop = (): void => {
    for (const one of sessions) void one.stop(ending.reason as PgdbaError);
  };
  ending.addEventListener('abort', stop, { once: true });
}
