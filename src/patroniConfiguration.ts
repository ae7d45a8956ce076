import { PgdbaError } from './core/errors.js';
import type { ClusterIdentity } from './cluster/identity.js';
import type { Server } from './cluster/server.js';
import type { ConfiguredMember } from './patroni/config.js';
import type { DcsSight } from './patroni/dcsSight.js';
import type { ClusterMember } from './patroni/answers.js';
import type { PatroniClient } from './patroni/client.js';
import { placeOf } from './patroniSql.js';
import type { Reach } from './reach.js';
import { meetConfigured } from './tuning/configuration.js';

interface Seen {
  readonly member: ConfiguredMember;
  readonly met: { readonly server: Server; readonly identity: ClusterIdentity } | null;
}

/**
 * Looks at the DCS and at every member.
 * @param reach null when no connection to PostgreSQL was given
 * @param who `introduced`: the run is told that it talks to the member that SQL shows to be the primary
 * @throws PgdbaError of the REST API, when no endpoint gives /config and /cluster; `run_timeout`
 */
export async function readDcsSight(
  client: PatroniClient,
  reach: Reach | null,
  who: 'introduced' | 'unintroduced' = 'introduced',
): Promise<DcsSight> {
  const [told, { value: view }] = await Promise.all([client.config(), client.cluster()]);
  const seen = await Promise.all(view.members.map((listed) => readMember(client, reach, listed)));
  if (who === 'introduced') await introduce(seen, reach);
  return { told, view, members: seen.map(({ member }) => member) };
}

async function introduce(seen: readonly Seen[], reach: Reach | null): Promise<void> {
  const best =
    seen.find(({ met }) => met?.server.facts.inRecovery === false) ?? seen.find(({ met }) => met !== null);
  if (best?.met != null) await reach?.met(best.met.server, best.met.identity);
}

/** Asks a member for itself and, given a connection, for its configuration over SQL. What cannot be asked is an error. */
async function readMember(client: PatroniClient, reach: Reach | null, listed: ClusterMember): Promise<Seen> {
  const { api_url: url } = listed;
  const [own, sql] = await Promise.all([
    url === undefined ? null : client.status(url).catch(notThere),
    reach === null ? null : configurationOf(reach, listed),
  ]);
  if (sql === null || sql instanceof PgdbaError)
    return { member: { listed, own, configuration: sql }, met: null };
  return { member: { listed, own, configuration: sql.configuration }, met: sql };
}

async function configurationOf(
  reach: Reach,
  listed: ClusterMember,
): Promise<(NonNullable<Seen['met']> & Awaited<ReturnType<typeof meetConfigured>>) | PgdbaError> {
  const place = placeOf(listed);
  if (place === null)
    return new PgdbaError('connection_failed', '/cluster tells no host and port of this member');
  try {
    const session = await reach.openSession({ place, purpose: 'settings' });
    const met = await meetConfigured(session);
    const identity = await met.server.identity;
    await session.close();
    return { ...met, identity };
  } catch (error) {
    if (error instanceof PgdbaError && error.code !== 'run_timeout') return error;
    throw error;
  }
}

function notThere(error: unknown): null {
  if (error instanceof PgdbaError) return null;
  throw error;
}
