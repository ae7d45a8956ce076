import type { Clock } from '../core/clock.js';
import { PgdbaError } from '../core/errors.js';
import { maskSecrets } from '../core/mask.js';
import type { Session } from '../db/session.js';
import type { Tier } from '../core/clusterKinds.js';
import type { ClusterIdentity } from './identity.js';
import type { ClusterCheck, RegisteredCluster, ReplicaCheck } from './registrySchema.js';
import { meetServer, type Server } from './server.js';

/** What checking a cluster needs from its command. */
export interface CheckSurroundings {
  readonly clock: Clock;
  /** Opens a guarded session: to the cluster, or to one of its replicas as registered. */
  readonly open: (replica: string | null) => Promise<Session>;
  /** Told about the cluster's server. */
  readonly met: (server: Server, identity: ClusterIdentity) => Promise<void>;
  readonly pin: (fingerprint: string, tier: Tier) => Promise<void>;
  /** Record the fingerprint of today, whatever was recorded. */
  readonly accept: boolean;
}

interface CheckedCluster {
  readonly row: ClusterCheck;
  /** The first thing that is not well: with the cluster, else with one of its replicas. */
  readonly error: PgdbaError | null;
}

type Role = 'primary' | 'standby';

interface Sight {
  readonly role: Role;
  readonly server: Server;
  readonly identity: ClusterIdentity;
}

/**
 * Connects to a registered cluster and its replicas and compares who answers with what is recorded. A fingerprint is
 * recorded the first time, and whenever `accept` says so; one of another tier is not comparable and not replaced.
 * Never throws for what a server or the network says.
 */
export async function checkCluster(
  cluster: RegisteredCluster,
  around: CheckSurroundings,
): Promise<CheckedCluster> {
  const startedMs = around.clock.monotonicMs();
  const seen = await see(() => around.open(null));
  const main = seen instanceof PgdbaError ? unreachable(seen) : await compare(cluster, seen, around);
  const reference = main.found === null ? identifierOf(cluster) : identifierOf(main.found.identity);
  const replicas = await Promise.all(cluster.replicas.map((host) => checkReplica(host, reference, around)));
  const row: ClusterCheck = {
    name: cluster.name,
    reachable: main.found !== null,
    role: main.found?.role ?? null,
    server_version_num: main.found?.server.facts.serverVersionNum ?? null,
    managed_by: main.found?.server.managedBy ?? null,
    fingerprint: main.found?.identity.fingerprint ?? null,
    tier: main.found?.identity.tier ?? null,
    recorded_fingerprint: cluster.fingerprint,
    matches: main.matches,
    pinned: main.pinned,
    replicas: replicas.map(({ row: replica }) => replica),
    error: errorCell(main.error),
    duration_ms: Math.round((around.clock.monotonicMs() - startedMs) * 10) / 10,
  };
  return { row, error: main.error ?? replicas.find(({ error }) => error !== null)?.error ?? null };
}

/** What became of the connection to the cluster itself. */
interface Comparison {
  readonly found: Sight | null;
  readonly matches: boolean | null;
  readonly pinned: boolean;
  readonly error: PgdbaError | null;
}

function unreachable(error: PgdbaError): Comparison {
  return { found: null, matches: null, pinned: false, error };
}

async function compare(
  cluster: RegisteredCluster,
  found: Sight,
  around: CheckSurroundings,
): Promise<Comparison> {
  const { server, identity } = found;
  await around.met(server, identity);
  const comparable = cluster.fingerprint !== null && cluster.tier === identity.tier;
  const matches = comparable ? cluster.fingerprint === identity.fingerprint : null;
  const pinned = matches !== true && (around.accept || cluster.fingerprint === null);
  if (pinned) await around.pin(identity.fingerprint, identity.tier);
  return { found, matches, pinned, error: matches === false && !pinned ? mismatch(cluster.name) : null };
}

function mismatch(name: string): PgdbaError {
  return new PgdbaError(
    'fingerprint_mismatch',
    `cluster ${name}: another cluster answers than the one recorded`,
    {
      hint: `If that is meant, record it: pgdba cluster check ${name} --accept.`,
    },
  );
}

async function see(open: () => Promise<Session>): Promise<Sight | PgdbaError> {
  try {
    const session = await open();
    const server = await meetServer(session, { functions: [], settings: [] });
    const identity = await server.identity;
    await session.close();
    return { role: server.facts.inRecovery ? 'standby' : 'primary', server, identity };
  } catch (error) {
    if (error instanceof PgdbaError) return error;
    throw error;
  }
}

/** Only the system identifier is the same for a primary and its standbys. */
function identifierOf({
  fingerprint,
  tier,
}: {
  fingerprint: string | null;
  tier: Tier | null;
}): string | null {
  return tier === 'system_identifier' ? fingerprint : null;
}

async function checkReplica(
  host: string,
  reference: string | null,
  { open }: CheckSurroundings,
): Promise<{ readonly row: ReplicaCheck; readonly error: PgdbaError | null }> {
  const seen = await see(() => open(host));
  if (seen instanceof PgdbaError) {
    return {
      row: { host, reachable: false, role: null, matches: null, error: errorCell(seen) },
      error: seen,
    };
  }
  const identifier = identifierOf(seen.identity);
  const matches = reference === null || identifier === null ? null : reference === identifier;
  const error =
    matches === false
      ? new PgdbaError('fingerprint_mismatch', `the replica ${host} belongs to another cluster`, {
          hint: 'Register the replicas again: pgdba cluster add --replace.',
        })
      : null;
  return { row: { host, reachable: true, role: seen.role, matches, error: errorCell(error) }, error };
}

function errorCell(error: PgdbaError | null): ClusterCheck['error'] {
  return error === null ? null : { code: error.code, message: maskSecrets(error.message) };
}
