import { maskSecrets } from '../core/mask.js';
import { secretIn } from './registration.js';
import type { RegisteredCluster } from './registrySchema.js';

/**
 * A registered cluster as it may be shown. The registry holds no secret of pgdba's making, but clusters.json can be
 * edited by hand, and a password command can be written with one in it.
 */
export function shownCluster(cluster: RegisteredCluster): RegisteredCluster {
  const { dsn, password_command: command, replicas, patroni_urls: urls } = cluster;
  return {
    ...cluster,
    dsn: shownDsn(dsn),
    password_command: command === null ? null : maskSecrets(command),
    patroni_urls: urls.map(maskSecrets),
    replicas: replicas.map(shownDsn),
  };
}

/** Masked only where there is a secret: maskSecrets also hides the path of a passfile, which a reader needs. */
function shownDsn(dsn: string): string {
  try {
    return secretIn(dsn) === undefined ? dsn : maskSecrets(dsn);
  } catch {
    return maskSecrets(dsn);
  }
}
