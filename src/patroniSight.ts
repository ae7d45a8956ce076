import type { ClusterIdentity } from './cluster/identity.js';
import type { Server } from './cluster/server.js';
import { PgdbaError } from './core/errors.js';
import { maskSecrets } from './core/mask.js';
import { patroniSeen } from './patroni/beaten.js';
import { isSeen, type DcsKnown, type DcsSight } from './patroni/dcsSight.js';
import type { MemberConfiguration } from './patroni/levels.js';
import { memberOf } from './patroni/memberOf.js';
import type { Beaten, PatroniSeen } from './patroni/seenData.js';
import type { PatroniFlags } from './patroniAccess.js';
import type { Reach } from './reach.js';
import type { Run } from './run.js';

/** A server as one look showed it. */
interface Met {
  readonly server: Pick<Server, 'facts'>;
  readonly identity: Pick<ClusterIdentity, 'inputs'>;
}

const PATIENCE_MS = 20_000;

/**
 * What the DCS of the server's cluster holds, and what every member that SQL reaches made of it. Null when nobody gave or
 * registered a URL; then nothing is asked, and nothing of the client is loaded. When nobody answers there, or another
 * cluster does, that is warned of, and the error is the answer.
 * @throws PgdbaError `usage`, `invalid_input` for flags and files that do not fit; `run_timeout`
 */
export async function dcsSightOf(
  flags: PatroniFlags,
  run: Run,
  reach: Reach,
  { identity }: Pick<Met, 'identity'>,
): Promise<DcsKnown> {
  if ((await reach.patroniUrls()).length === 0) return null;
  const [{ patroniClient }, { readDcsSight }] = await Promise.all([
    import('./patroniAccess.js'),
    import('./patroniConfiguration.js'),
  ]);
  const client = await patroniClient(flags, run, reach);
  const read = readDcsSight(client, reach, 'unintroduced').then((sight) => sameCluster(sight, identity));
  const known = await inTime(read.catch(asAnswer), run);
  if (known instanceof PgdbaError) {
    const message = `what Patroni’s DCS holds is not known: ${maskSecrets(known.message)}`;
    run.warn(known.code, message, { hint: known.hint });
  }
  return known;
}

/** The server ends a snapshot that lies idle for too long, and many endpoints and members may each keep us waiting. */
async function inTime<T>(reading: Promise<T>, { clock }: Run): Promise<T | PgdbaError> {
  const answered = new AbortController();
  const late = clock
    .sleep(PATIENCE_MS, answered.signal)
    .then(
      () =>
        new PgdbaError(
          'patroni_unreachable',
          `not everybody answered within ${String(PATIENCE_MS / 1000)} s`,
        ),
    );
  try {
    return await Promise.race([reading, late]);
  } finally {
    answered.abort();
  }
}

function asAnswer(error: unknown): PgdbaError {
  if (error instanceof PgdbaError && error.code !== 'run_timeout') return error;
  throw error;
}

/** What a URL tells of another cluster is worse than nothing. */
function sameCluster(sight: DcsSight, { inputs }: Met['identity']): DcsSight | PgdbaError {
  const [theirs] = sight.members.flatMap(({ own }) => own?.database_system_identifier ?? []);
  const ours = inputs.system_identifier;
  if (theirs === undefined || ours === null || theirs === ours) return sight;
  return new PgdbaError(
    'fingerprint_mismatch',
    `Patroni at ${sight.told.url} manages another cluster (system identifier ${theirs}) than the server’s (${ours})`,
  );
}

/** What there is to say of the server's cluster; null where the DCS was not seen. Every entry that beats it is warned of. */
export function seenWithWarnings(
  run: Run,
  dcs: DcsKnown,
  { server, configuration }: Pick<Met, 'server'> & { readonly configuration: MemberConfiguration },
): PatroniSeen | null {
  if (!isSeen(dcs)) return null;
  const member = memberOf(dcs.members, server.facts)?.listed.name ?? null;
  const seen = patroniSeen(dcs, { member, configuration });
  for (const one of seen.auto_conf_beats_dcs) warnOfBeaten(run, one);
  for (const { name, error } of seen.members) {
    if (error === null) continue;
    run.warn('patroni_member_unseen', `${name} was not reached over SQL: ${error.message}`, {
      hint: 'What ALTER SYSTEM has set there, and which levels win there, is not told.',
      subject: name,
    });
  }
  return seen;
}

/**
 * As {@link seenWithWarnings}, for a command that has not read the configuration: over a session of its own, where the DCS
 * was seen.
 * @throws PgdbaError of connecting and reading; as {@link dcsSightOf}
 */
export async function readSeen(
  flags: PatroniFlags,
  run: Run,
  reach: Reach,
  met: Pick<Met, 'identity'>,
): Promise<PatroniSeen | null> {
  const dcs = await dcsSightOf(flags, run, reach, met);
  if (!isSeen(dcs)) return null;
  const { meetConfigured } = await import('./tuning/configuration.js');
  const session = await reach.openSession({ purpose: 'settings' });
  const here = await meetConfigured(session);
  await session.close();
  return seenWithWarnings(run, dcs, here);
}

function warnOfBeaten(run: Run, beaten: Beaten): void {
  const { parameter, member, dcs_value: dcs, auto_conf: written, in_force, matches_dcs, remedy } = beaten;
  const on = member ?? 'this server';
  const wanted = dcs === null ? 'another value' : `“${dcs}”`;
  const message =
    matches_dcs === true
      ? `postgresql.auto.conf of ${on} has ${parameter} = “${written ?? in_force}”, as the DCS does: what the DCS gets later does not reach it`
      : `postgresql.auto.conf of ${on} has ${parameter} = “${written ?? in_force}”, and the DCS ${wanted}: ALTER SYSTEM wins there`;
  run.warn('auto_conf_beats_dcs', message, {
    hint: `On ${on}: ${remedy} The DCS’s value then counts there.`,
    subject: parameter,
  });
}
