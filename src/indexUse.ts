import { findCluster } from './cluster/registry.js';
import { meetServer, type Server } from './cluster/server.js';
import { isDsn } from './cluster/registration.js';
import { PgdbaError } from './core/errors.js';
import { maskSecrets } from './core/mask.js';
import { placeOf } from './patroniSql.js';
import type { PatroniClient } from './patroni/client.js';
import { ask, essential } from './query/ask.js';
import type { ReplicaAnswer } from './query/indexHealth/indexHealth.js';
import { useQuestion } from './query/indexHealth/useQuestion.js';
import type { Reach } from './reach.js';
import type { Run } from './run.js';

/**
 * The other servers of the cluster: those that were given, else those of the registry, and the members that Patroni
 * lists but for its leader. DSNs, or host:port.
 */
export async function replicasOf(
  run: Run,
  given: readonly string[],
  name: string | undefined,
  patroni: PatroniClient | null,
): Promise<string[]> {
  const registered =
    given.length === 0 && name !== undefined ? await findCluster(run.surroundings.home, name) : null;
  const members = patroni === null ? [] : (await patroni.cluster()).value.members;
  const places = members
    .filter(({ role }) => role !== 'leader' && role !== 'master')
    .flatMap(
      ({ host, port }) => placeOf({ host: host ?? null, port: typeof port === 'number' ? port : null }) ?? [],
    );
  return [...new Set([...given, ...(registered?.replicas ?? []), ...places])];
}

/** Asks each replica which indexes it used; one that cannot be asked, or is of another cluster, says why. */
export function askReplicas(
  reach: Reach,
  server: Server,
  replicas: readonly string[],
): Promise<ReplicaAnswer[]> {
  return Promise.all(replicas.map((replica) => askReplica(reach, server, replica)));
}

async function askReplica(reach: Reach, server: Server, replica: string): Promise<ReplicaAnswer> {
  const shown = maskSecrets(replica);
  try {
    const { database } = server.facts;
    const session = await reach.openSession(
      isDsn(replica) ? { dsn: replica, database } : { place: replica, database },
    );
    const other = await meetServer(session, { functions: [], settings: [] });
    const [answers, identity, own] = await Promise.all([
      ask(other, [useQuestion], { redactLiterals: false, budget: reach.budget }),
      other.identity,
      server.identity,
    ]);
    await session.close();
    requireSameCluster(own.inputs.system_identifier, identity.inputs.system_identifier);
    const { rows } = essential(answers, useQuestion);
    const use = rows.flatMap((row) =>
      row['oid'] === null
        ? []
        : [
            [
              Number(row['oid']),
              { scans: Number(row['scans']), lastScan: row['last_scan'] as string | null },
            ] as const,
          ],
    );
    const since = (rows[0]?.['stats_reset'] ?? null) as string | null;
    return { told: { replica: shown, reachable: true, stats_reset: since, error: null }, use: new Map(use) };
  } catch (error) {
    if (!(error instanceof PgdbaError) || error.code === 'run_timeout') throw error;
    const told = { code: error.code, message: maskSecrets(error.message) };
    return { told: { replica: shown, reachable: false, stats_reset: null, error: told }, use: new Map() };
  }
}

function requireSameCluster(own: string | null, other: string | null): void {
  if (own === null || other === null || own === other) return;
  throw new PgdbaError('fingerprint_mismatch', 'it belongs to another cluster: its indexes are not these');
}
