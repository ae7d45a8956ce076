import type { ClusterIdentity } from './cluster/identity.js';
import { isNewerThanKnown, type Server } from './cluster/server.js';
import { majorOf, NEWEST_MAJOR } from './core/version.js';
import type { ClusterInfo } from './output/envelope.js';
import type { Run } from './run.js';

/** The cluster as the envelope tells it. */
export function clusterInfo(server: Server, identity: ClusterIdentity, name: string | null): ClusterInfo {
  const { facts } = server;
  return {
    name,
    fingerprint: identity.fingerprint,
    tier: identity.tier,
    system_identifier: identity.inputs.system_identifier,
    server_version_num: facts.serverVersionNum,
    role: facts.inRecovery ? 'standby' : 'primary',
    timeline: identity.timeline,
    database: facts.database,
    managed_by: server.managedBy,
    identity: identity.inputs,
    node: {
      addr: facts.serverAddr,
      port: facts.serverPort,
      data_directory: facts.settings['data_directory'] ?? null,
    },
  };
}

/** Warns where the fingerprint is made of what another address changes. */
export function warnOfIdentity(run: Run, identity: ClusterIdentity): void {
  if (identity.tier === 'system_identifier') return;
  run.warn(
    'identity_degraded',
    `the role may not call pg_control_system(): the fingerprint is made of ${identity.tier}, which another address changes`,
    {
      hint: 'GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO the role.',
      subject: 'pg_control_system',
    },
  );
}

/** What a command says of the configuration is half the truth while nobody asks the cluster’s own. */
export function warnOfPatroni(run: Run): void {
  if (!run.command.startsWith('config ') && run.command !== 'doctor') return;
  run.warn(
    'patroni_url_missing',
    'Patroni manages this server, and no URL of its REST API is given or registered: what the DCS holds is not looked at',
    {
      hint: 'Give --patroni-url, or register it: pgdba cluster add --patroni-url.',
    },
  );
}

/** Warns of a major version that came out after this pgdba. */
export function warnOfNewer(run: Run, { facts }: Server): void {
  if (!isNewerThanKnown(facts.serverVersionNum)) return;
  const [major, newest] = [majorOf(facts.serverVersionNum), NEWEST_MAJOR].map(String);
  run.warn(
    'server_newer_than_known',
    `PostgreSQL ${major ?? ''} is newer than ${newest ?? ''}, the newest that pgdba knows`,
    { hint: 'What it knows works as before; columns that are new there are not shown.' },
  );
}
