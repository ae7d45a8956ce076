import type { Clock } from '../../core/clock.js';
import { PgdbaError } from '../../core/errors.js';
import type { Session } from '../../db/session.js';
import { meetConfigured, type Configuration } from '../configuration.js';
import { requireSameServer } from './verifyServer.js';
import { verdictOf, type Verdict, type WantedLine } from './verifyParameter.js';

/** A reload is asynchronous; it was never seen to take longer than one statement, and is given this long. */
const RELOAD_WITHIN_MS = 5_000;
const POLL_MS = 50;

/** In one statement, so that no reload can come between the look at the clock and the signal. */
const RELOAD = /* sql */ `
SELECT pg_catalog.pg_conf_load_time()::text AS loaded_at, pg_catalog.pg_reload_conf() AS sent`;

const LOADED_AT = /* sql */ `SELECT pg_catalog.pg_conf_load_time()::text AS loaded_at`;

/**
 * Has the server reload its configuration and waits until it has. False when it did not take the files (after five
 * seconds): one of them holds an error of syntax or an unknown name, and then none of them is applied.
 * @throws PgdbaError what the server or the network said against it
 */
export async function reload(session: Session, clock: Clock): Promise<boolean> {
  const [before, sent] = (await session.send({ sql: RELOAD })).rows[0] ?? [];
  if (sent !== 't') throw new PgdbaError('server_error', 'the postmaster could not be told to reload');
  const until = clock.monotonicMs() + RELOAD_WITHIN_MS;
  for (;;) {
    const [now] = (await session.send({ sql: LOADED_AT })).rows[0] ?? [];
    if (now !== before) return true;
    if (clock.monotonicMs() >= until) return false;
    await clock.sleep(POLL_MS);
  }
}

/**
 * Looks at the server as a new session sees it, which only then has the values of settings that are fixed when a
 * session begins.
 * @param open opens a session for the purpose `settings`
 * @param startedAt when the server started that is to be looked at
 * @throws PgdbaError `node_mismatch` when another one answers; of connecting and reading
 */
export async function look(open: () => Promise<Session>, startedAt: string): Promise<Configuration> {
  const session = await open();
  try {
    const { server, configuration } = await meetConfigured(session);
    requireSameServer(server, startedAt);
    return configuration;
  } finally {
    await session.close();
  }
}

/** What became of each line, by parameter. */
export type Verdicts = ReadonlyMap<string, Verdict>;

/** Judges all lines by one look. */
export function verdictsOf(wanted: readonly WantedLine[], seen: Configuration, major: number): Verdicts {
  return new Map(wanted.map((line) => [line.name, verdictOf(line, seen, major)]));
}

/** Why the server does not take its files as a whole: what it says against them; null when it says nothing. */
export function fileErrors({ fileEntries }: Configuration): string | null {
  const broken = (fileEntries ?? []).filter(
    ({ name, error }) =>
      error !== null && (name === null || !error.startsWith('setting could not be applied')),
  );
  const texts = broken.map(
    ({ name, error, sourcefile, sourceline }) =>
      `${sourcefile} line ${String(sourceline ?? '?')}: ${error ?? ''}${name === null ? '' : ` (${name})`}`,
  );
  return texts.length === 0 ? null : texts.join('; ');
}
