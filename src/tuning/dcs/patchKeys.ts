import type { Clock } from '../../core/clock.js';
import { asError, PgdbaError } from '../../core/errors.js';
import type { DcsConfig } from '../../patroni/answers.js';
import type { PatroniClient, Told } from '../../patroni/client.js';
import { eachOnce } from '../../patroni/eachOnce.js';
import type { DcsKey } from '../changeset/dcsChange.js';
import { keysNotAt, patchOf, requireOurs, type Side } from './dcsKeys.js';

/** A PATCH that met somebody else's is tried so often. */
const TRIES = 3;
/** Between two of them, and between two looks at a DCS that does not answer. */
const PAUSE_MS = 500;

/** Answers that say for certain that nothing was written. */
const NOT_WRITTEN = new Set(['changed_since', 'patroni_conflict', 'patroni_refused', 'patroni_unreachable']);

/** Whether a failed {@link patchKeys} has certainly left the DCS as it was. */
export function wroteNothing(error: Error): boolean {
  return error instanceof PgdbaError && NOT_WRITTEN.has(error.code);
}

interface Wish {
  readonly client: PatroniClient;
  readonly keys: readonly DcsKey[];
  readonly to: Side;
  readonly clock: Clock;
  /** What the DCS was a moment ago, and the node that said so; null = it is to be asked. */
  readonly seen: Told<DcsConfig> | null;
  /** Told each time that a PATCH was sent and nobody answered: it may still be carried out, at any moment. */
  readonly unanswered?: () => void;
}

/**
 * Gives every key one of its two values with one PATCH. Each time the configuration is compared first, and what Patroni
 * answers is compared after; a conflict is tried again from what another member has, and when no answer came the
 * DCS is asked what it holds before anything is sent again. The same PATCH twice is as good as once.
 * @returns the configuration with the values in it
 * @throws PgdbaError `changed_since` when somebody else's value is there; `patroni_conflict` after three tries;
 * `patroni_answer_lost` when nobody can say what the DCS holds; others of the REST API
 */
export async function patchKeys({ client, keys, to, clock, seen, unanswered }: Wish): Promise<DcsConfig> {
  let at = seen?.url;
  let config = (seen ?? (await client.config())).value;
  for (let tries = 1; ; tries++) {
    requireOurs(config, keys);
    const answer = await client.patchConfig(patchOf(keys, to), at).catch(asError);
    if (answer instanceof Error) {
      if (answer instanceof PgdbaError && answer.code === 'patroni_answer_lost') unanswered?.();
      ({ url: at, value: config } = await afterLost(answer, client, clock, at ?? client.urls[0]));
      if (keysNotAt(config, keys, to).length === 0) return config;
      if (tries >= TRIES) throw answer;
    } else if (answer.outcome === 'conflict') {
      if (tries >= TRIES || answer.now === null) throw answer.error;
      config = answer.now.value;
    } else {
      requireThere(answer.config, keys, to);
      return answer.config;
    }
    await clock.sleep(PAUSE_MS * tries);
  }
}

/** Patroni answers a PATCH with all that the DCS holds now. */
function requireThere(config: DcsConfig, keys: readonly DcsKey[], to: Side): void {
  const missing = keysNotAt(config, keys, to);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  throw new PgdbaError(
    'patroni_answer_unexpected',
    `Patroni answered with other values for ${names} than it was given`,
  );
}

/** More than the ten seconds after which Patroni itself gives its DCS up. */
const ANSWERS_WITHIN_MS = 15_000;

/** What the DCS holds, when a request was sent and nobody knows what came of it. @throws the error that it ended with */
async function afterLost(
  error: Error,
  client: PatroniClient,
  clock: Clock,
  lostAt: string | undefined,
): Promise<Told<DcsConfig>> {
  const isOpen =
    error instanceof PgdbaError && ['patroni_answer_lost', 'patroni_failed'].includes(error.code);
  if (!isOpen) throw error;
  const until = clock.monotonicMs() + ANSWERS_WITHIN_MS;
  for (;;) {
    await clock.sleep(PAUSE_MS);
    const fresh = await freshConfig(client, lostAt).catch(asError);
    if (!(fresh instanceof Error)) return fresh;
    if (!isOfPatroni(fresh) || clock.monotonicMs() >= until) throw error;
  }
}

/**
 * The configuration as the DCS itself has it now. GET /config answers from what a node remembers, up to a second old; a
 * PATCH that changes nothing makes it ask, and writes nothing.
 * @param last node that is asked only when no other answers
 * @throws PgdbaError of the REST API; `patroni_failed` when no answer came
 */
export async function freshConfig(client: PatroniClient, last?: string): Promise<Told<DcsConfig>> {
  const failures: PgdbaError[] = [];
  const urls = client.urls.filter((url) => url !== last);
  for (const url of last === undefined ? urls : [...urls, last]) {
    const answer = await client.patchConfig({ postgresql: {} }, url).catch(asError);
    if (!(answer instanceof Error)) {
      if (answer.outcome === 'changed') return { url, value: answer.config };
      failures.push(answer.error);
    } else if (isOfPatroni(answer)) failures.push(answer);
    else throw answer;
  }
  throw notTold(failures);
}

/** Whether Patroni is the reason, and not the end of the run. */
function isOfPatroni(error: Error): error is PgdbaError {
  return error instanceof PgdbaError && error.exit === 9;
}

/** Who was refused is told so; what was lost was nothing. */
function notTold(failures: readonly PgdbaError[]): PgdbaError {
  const [first] = failures;
  const refused = failures.find(({ code }) => code === 'patroni_refused');
  if (refused !== undefined) return refused;
  const isAway = failures.every(({ code }) => code === 'patroni_unreachable');
  const messages = eachOnce(failures.map(({ message }) => message));
  return new PgdbaError(
    isAway ? 'patroni_unreachable' : 'patroni_failed',
    `the DCS could not be asked: ${messages}`,
    {
      cause: first,
    },
  );
}
