import { join } from 'node:path';
import { PgdbaError } from '../core/errors.js';
import { readState, updateState, type StateFormat } from '../core/stateFile.js';
import { validateClustersFile } from '../generated/validateClustersFile.js';
import type { Tier } from '../core/clusterKinds.js';
import { requireClusterName } from './registration.js';
import type { ClusterEntry, ClustersFile, RegisteredCluster } from './registrySchema.js';

export { passwordSource } from './passwordSource.js';

const FORMAT: StateFormat<ClustersFile> = {
  schema: 'pgdba.clusters/1',
  accepts: (document): document is ClustersFile => validateClustersFile(document),
  errors: () => validateClustersFile.errors,
};

type Clusters = ClustersFile['clusters'];

function registryPath(home: string): string {
  return join(home, 'clusters.json');
}

/** Every registered cluster, in the order of their names. @throws PgdbaError `state_unusable` */
export async function listClusters(home: string): Promise<RegisteredCluster[]> {
  const clusters = (await readState(registryPath(home), FORMAT))?.clusters ?? {};
  return namesOf(clusters).map((name) => ({ name, ...entryNamed(clusters, name) }));
}

/** The cluster of that name. @throws PgdbaError `unknown_cluster`, with the known names; `state_unusable` */
export async function findCluster(home: string, name: string): Promise<RegisteredCluster> {
  const clusters = (await readState(registryPath(home), FORMAT))?.clusters ?? {};
  return { name, ...entryNamed(clusters, name) };
}

/**
 * Puts a cluster into the registry and returns it as it is there now. Replacing one keeps its pinned fingerprint as
 * long as the DSN stays the same, so that another tag does not make pgdba trust another server.
 * @throws PgdbaError `cluster_exists` when the name is taken and `replace` is false; `usage` for a bad name;
 * `state_unusable`, `lock_held`
 */
export async function registerCluster(
  home: string,
  name: string,
  entry: ClusterEntry,
  { replace }: { readonly replace: boolean },
): Promise<RegisteredCluster> {
  requireClusterName(name);
  const { clusters } = await changeClusters(home, (before) => {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    if (old !== undefined && !replace) {
      throw new PgdbaError('cluster_exists', `there is already a cluster ${name}`);
    }
    const pin =
      old?.dsn === entry.dsn && entry.fingerprint === null
        ? { fingerprint: old.fingerprint, tier: old.tier }
        : {};
    return { ...before, [name]: { ...entry, ...pin } };
  });
  return { name, ...entryNamed(clusters, name) };
}

/** Takes a cluster out of the registry. @throws PgdbaError `unknown_cluster`, `state_unusable`, `lock_held` */
export async function removeCluster(home: string, name: string): Promise<void> {
  // Looked at first, because a name that is not there is no reason to make the folder and take the lock.
  await findCluster(home, name);
  await changeClusters(home, (before) => {
    entryNamed(before, name);
    return Object.fromEntries(Object.entries(before).filter(([other]) => other !== name));
  });
}

/**
 * Pins the fingerprint that a cluster's server showed.
 * @throws PgdbaError `unknown_cluster` when it was removed meanwhile; `state_unusable`, `lock_held`
 */
export async function recordFingerprint(
  home: string,
  name: string,
  fingerprint: string,
  tier: Tier,
): Promise<void> {
  await changeClusters(home, (before) => ({
    ...before,
    [name]: { ...entryNamed(before, name), fingerprint, tier },
  }));
}

function changeClusters(home: string, change: (before: Clusters) => Clusters): Promise<ClustersFile> {
  return updateState(registryPath(home), FORMAT, (file) => ({
    schema: 'pgdba.clusters/1',
    clusters: change(file?.clusters ?? {}),
  }));
}

function entryNamed(clusters: Clusters, name: string): ClusterEntry {
  const entry = Object.hasOwn(clusters, name) ? clusters[name] : undefined;
  if (entry !== undefined) return entry;
  const known = namesOf(clusters);
  throw new PgdbaError('unknown_cluster', `there is no cluster ${JSON.stringify(name)} in the registry`, {
    hint:
      known.length === 0
        ? 'The registry is empty; pgdba cluster add makes one.'
        : `Known are: ${known.join(', ')}.`,
  });
}

function namesOf(clusters: Clusters): string[] {
  return Object.keys(clusters).sort();
}
