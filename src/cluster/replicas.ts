import { connect } from '../db/connect.js';
import { resolveConnection } from '../db/libpq/resolve.js';
import { processSurroundings } from '../db/libpq/surroundings.js';
import { guards, Session, type Limits } from '../db/session.js';
import { passwordSource } from './passwordSource.js';
import { isDsn, parseDsn, splitHostPort } from './registration.js';
import type { RegisteredCluster } from './registrySchema.js';

/**
 * The DSN of a registered replica. One that is written host[:port] is reached as the cluster itself is, with host and
 * port exchanged; what only fits the primary (hostaddr, target_session_attrs) is emptied, so that neither a service
 * file nor a variable fills it in again.
 */
export function replicaDsn(clusterDsn: string, replica: string): string {
  const place = isDsn(replica) ? undefined : splitHostPort(replica);
  if (place === undefined) return replica;
  const settings = parseDsn(clusterDsn);
  settings.set('host', place.host);
  settings.set('hostaddr', '');
  settings.set('target_session_attrs', 'any');
  if (place.port !== null) settings.set('port', place.port);
  else if (settings.get('port')?.includes(',') === true) settings.delete('port');
  return [...settings].map(([keyword, value]) => `${keyword}='${value.replace(/[\\']/g, '\\$&')}'`).join(' ');
}

/** What a session to a replica needs beside its DSN. */
export interface ReplicaAccess {
  readonly dbname: string | undefined;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly applicationName: string;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

/**
 * Opens a guarded session to a replica of a registered cluster, with the cluster's own password.
 * @throws PgdbaError of the connection; the signal's reason
 */
export async function openReplica(
  cluster: RegisteredCluster,
  replica: string,
  { dbname, env, applicationName, limits, signal }: ReplicaAccess,
): Promise<Session> {
  const plan = resolveConnection({ dsn: replicaDsn(cluster.dsn, replica), dbname }, processSurroundings(env));
  const password = passwordSource(cluster, env);
  const connection = await connect(plan, {
    applicationName,
    guards: guards(limits),
    signal,
    ...(password === undefined ? {} : { password }),
  });
  return new Session(connection, limits);
}
