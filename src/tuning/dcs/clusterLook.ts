import type { ClusterIdentity } from '../../cluster/identity.js';
import type { Server } from '../../cluster/server.js';
import { asError, PgdbaError } from '../../core/errors.js';
import type { Session } from '../../db/session.js';
import type { ClusterMember, ClusterView, DcsConfig, NodeStatus } from '../../patroni/answers.js';
import type { PatroniClient, Told } from '../../patroni/client.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import { meetConfigured, type Configuration } from '../configuration.js';
import { HOST_FUNCTIONS } from '../host/sqlReader.js';
import type { PatroniReach } from './patroniReach.js';

/** What SQL told of a member. */
export interface MetMember {
  readonly server: Server;
  readonly configuration: Configuration;
  readonly identity: ClusterIdentity;
}

/** One member, as /cluster, its own REST API and its PostgreSQL tell it. */
export interface MemberLook {
  readonly listed: ClusterMember;
  readonly own: NodeStatus | PgdbaError;
  readonly met: MetMember | PgdbaError;
}

/** A Patroni cluster as one look showed it. */
export interface ClusterLook {
  readonly told: Told<DcsConfig>;
  readonly view: ClusterView;
  readonly members: readonly MemberLook[];
  readonly identity: ClusterIdentity;
  /** The one that tells most of the cluster: its primary, where that let us in. */
  readonly best: MetMember & { readonly name: string };
}

/** host:port of a member, as sessions take it; null when /cluster does not tell. */
export function placeOfMember({
  host = null,
  port = null,
}: Pick<ClusterMember, 'host' | 'port'>): string | null {
  if (host === null || port === null) return null;
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}

/**
 * Looks at the DCS and, all at once, at every member over SQL and REST; their sessions are open while `work` runs.
 * @param read asks for the configuration, when what a node remembers will not do
 * @throws PgdbaError of the REST API when nobody gives /config and /cluster; of connecting when no member lets us in;
 * `fingerprint_mismatch` when the members are of another cluster than Patroni's, or than the one expected
 */
export async function withClusterLook<T>(
  around: ChangeSurroundings,
  patroni: PatroniReach,
  work: (look: ClusterLook) => Promise<T>,
  read: (client: PatroniClient) => Promise<Told<DcsConfig>> = (client) => client.config(),
): Promise<T> {
  const { client } = patroni;
  const [told, { value: view }] = await Promise.all([read(client), client.cluster()]);
  const sessions: Session[] = [];
  try {
    const members = await Promise.all(
      view.members.map(async (listed): Promise<MemberLook> => {
        const [own, met] = await Promise.all([
          ownWord(client, listed.api_url ?? null),
          meetMember(listed, around, { keep: (one) => sessions.push(one) }),
        ]);
        return { listed, own, met };
      }),
    );
    around.stopped.throwIfAborted();
    const best = bestOf(members);
    // Without the right to ask for it each member makes a fingerprint of its own address: the target’s counts then.
    const identity = patroni.expected ?? best.identity;
    requireOneCluster(members, identity);
    await around.met(best.server, identity);
    return await work({ told, view, members, identity, best });
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

interface MeetWish {
  /** Ends the look, with a PgdbaError as its reason. */
  readonly until?: AbortSignal;
  /** Gets the session, which stays open; it is closed when nobody wants it. */
  readonly keep?: (session: Session) => void;
}

/** What a member’s Patroni says of itself, or why it could not be asked. */
export async function ownWord(
  client: PatroniReach['client'],
  url: string | null,
): Promise<NodeStatus | PgdbaError> {
  if (url === null) return new PgdbaError('patroni_unreachable', '/cluster tells no api_url of this member');
  return client.status(url).catch(asOutOfReach);
}

/** Asks one member over SQL; why it could not be asked is an answer, too. */
export async function meetMember(
  listed: Pick<ClusterMember, 'host' | 'port'>,
  around: ChangeSurroundings,
  { until, keep }: MeetWish = {},
): Promise<MetMember | PgdbaError> {
  const place = placeOfMember(listed);
  if (place === null)
    return new PgdbaError('connection_failed', '/cluster tells no host and port of this member');
  try {
    const session = await around.openSession({
      ...{ purpose: 'settings', place },
      ...(until === undefined ? {} : { until }),
    });
    keep?.(session);
    try {
      const met = await meetConfigured(session, { functions: HOST_FUNCTIONS, settings: [] });
      return { ...met, identity: await met.server.identity };
    } finally {
      if (keep === undefined) await session.close();
    }
  } catch (error) {
    return asOutOfReach(error);
  }
}

function asOutOfReach(thrown: unknown): PgdbaError {
  const error = asError(thrown);
  if (error instanceof PgdbaError) return error;
  throw error;
}

/** @throws PgdbaError why the first member did not let us in */
function bestOf(members: readonly MemberLook[]): ClusterLook['best'] {
  const met = members.flatMap(({ listed, met: one }) =>
    one instanceof PgdbaError ? [] : [{ ...one, name: listed.name }],
  );
  const best = met.find(({ server }) => !server.facts.inRecovery) ?? met[0];
  if (best !== undefined) return best;
  const [first] = members;
  if (first === undefined) throw new PgdbaError('patroni_failed', '/cluster tells of no member');
  throw first.met as PgdbaError;
}

/** A URL of one cluster and a connection to another would change the one and look at the other. */
function requireOneCluster(members: readonly MemberLook[], { inputs }: ClusterIdentity): void {
  const expected = inputs.system_identifier;
  for (const { listed, own, met } of members) {
    const told = own instanceof PgdbaError ? null : (own.database_system_identifier ?? null);
    const seen = met instanceof PgdbaError ? null : met.identity.inputs.system_identifier;
    const other = [told, seen].find((one) => one !== null && expected !== null && one !== expected);
    if (other === undefined) continue;
    throw new PgdbaError(
      'fingerprint_mismatch',
      `the member ${listed.name} is of another cluster (system identifier ${String(other)}) than ${expected ?? ''}`,
    );
  }
}
