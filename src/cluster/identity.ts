import { createHash } from 'node:crypto';
import type { Manager, Tier } from '../core/clusterKinds.js';
import { PgdbaError } from '../core/errors.js';
import type { Snapshot } from '../db/snapshot.js';
import type { ServerFacts } from './serverFacts.js';

/** Everything a fingerprint can be made of; null where this server or this way to it cannot tell. */
export interface IdentityInputs {
  readonly system_identifier: string | null;
  readonly resolved_addr: string | null;
  readonly resolved_port: number | null;
  readonly datid: number | null;
  readonly config_host: string;
  readonly config_port: number;
}

export interface ClusterIdentity {
  readonly fingerprint: string;
  readonly tier: Tier;
  readonly inputs: IdentityInputs;
  readonly timeline: number | null;
}

const CONTROL_SYSTEM = 'pg_catalog.pg_control_system()';
const CONTROL_CHECKPOINT = 'pg_catalog.pg_control_checkpoint()';
const CONTROL_RECOVERY = 'pg_catalog.pg_control_recovery()';

/** Functions whose EXECUTE privilege must be known before identity is read (they are PUBLIC, but forks revoke them). */
export const IDENTITY_FUNCTIONS = [CONTROL_SYSTEM, CONTROL_CHECKPOINT, CONTROL_RECOVERY];

const SYSTEM_IDENTIFIER = /* sql */ `
SELECT s.system_identifier::text AS system_identifier FROM pg_catalog.pg_control_system() AS s`;

/** The current WAL file is named after the timeline; the control file learns a new one only at its next checkpoint. */
const PRIMARY_TIMELINE = /* sql */ `
SELECT ('x' || pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8))::bit(32)::int4
       AS timeline`;

/** A standby follows its upstream's timeline before its own control file shows it in the checkpoint. */
const STANDBY_TIMELINE = /* sql */ `
SELECT GREATEST(c.timeline_id, r.min_recovery_end_timeline) AS timeline
  FROM pg_catalog.pg_control_checkpoint() AS c, pg_catalog.pg_control_recovery() AS r`;

/**
 * Reads what identifies the cluster and makes the fingerprint of the best tier available: SHA-256, in hex, of
 * `system_identifier`; else of `resolved_addr:resolved_port:datid`; else of `config_host:config_port`.
 * Two reads that share the caller's round trip; a refused one costs a tier, never the run.
 */
export async function readIdentity(
  snapshot: Snapshot,
  facts: ServerFacts,
  endpoint: { readonly host: string; readonly port: number },
): Promise<ClusterIdentity> {
  const timelineFunctions = facts.inRecovery ? [CONTROL_CHECKPOINT, CONTROL_RECOVERY] : [];
  const [systemIdentifier, timeline] = await Promise.all([
    facts.functions[CONTROL_SYSTEM] === true ? readCell(snapshot, SYSTEM_IDENTIFIER) : null,
    timelineFunctions.every((name) => facts.functions[name] === true)
      ? readCell(snapshot, facts.inRecovery ? STANDBY_TIMELINE : PRIMARY_TIMELINE)
      : null,
  ]);
  const inputs: IdentityInputs = {
    system_identifier: systemIdentifier,
    resolved_addr: facts.serverAddr,
    resolved_port: facts.serverPort,
    datid: facts.datid,
    config_host: endpoint.host,
    config_port: endpoint.port,
  };
  return { ...fingerprint(inputs), inputs, timeline: timeline === null ? null : Number(timeline) };
}

async function readCell(snapshot: Snapshot, sql: string): Promise<string | null> {
  const { result } = await snapshot.read({ sql });
  if (!(result instanceof PgdbaError)) return result.rows[0]?.[0] ?? null;
  if (result.code === 'connection_lost' || result.code === 'run_timeout') throw result;
  return null;
}

/** The fingerprint of the best tier that the inputs allow, as 64 hex digits. */
function fingerprint(inputs: IdentityInputs): { readonly fingerprint: string; readonly tier: Tier } {
  const { system_identifier, resolved_addr, resolved_port, datid, config_host, config_port } = inputs;
  if (system_identifier !== null)
    return { tier: 'system_identifier', fingerprint: sha256(system_identifier) };
  if (resolved_addr !== null && resolved_port !== null && datid !== null) {
    const parts = [resolved_addr, resolved_port, datid].join(':');
    return { tier: 'resolved_addr', fingerprint: sha256(parts) };
  }
  return { tier: 'config_addr', fingerprint: sha256([config_host, config_port].join(':')) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

interface Sign {
  readonly manager: Manager;
  readonly seen: (facts: ServerFacts) => boolean;
}

const hasSign =
  (...signs: readonly string[]) =>
  (facts: ServerFacts): boolean =>
    signs.some((sign) => facts.signs.includes(sign));

/** Settings that Patroni passes on the postmaster's command line, in 3.x and 4.x alike. */
const PATRONI_COMMAND_LINE = [
  'max_connections',
  'max_locks_per_transaction',
  'max_prepared_transactions',
  'max_worker_processes',
  'track_commit_timestamp',
  'wal_level',
];

/**
 * What manages the server, by what SQL shows. First match wins: Aurora also has RDS's role. Patroni starts the
 * postmaster with these settings on its command line, which nobody can change behind its back; CloudNativePG keeps
 * its sockets under /controller and replicates as streaming_replica.
 */
const SIGNS: readonly Sign[] = [
  { manager: 'aurora', seen: hasSign('aurora_version') },
  { manager: 'rds', seen: hasSign('rds_superuser', 'rds.*') },
  { manager: 'cloudsql', seen: hasSign('cloudsqlsuperuser', 'cloudsql.*', 'alloydb.*') },
  { manager: 'azure', seen: hasSign('azure_pg_admin', 'azure.*') },
  {
    manager: 'cnpg',
    seen: (facts) =>
      hasSign('streaming_replica')(facts) &&
      (facts.settings['unix_socket_directories']?.startsWith('/controller/') === true ||
        facts.settings['archive_command']?.startsWith('/controller/') === true),
  },
  {
    manager: 'patroni',
    seen: ({ commandLineSettings }) =>
      PATRONI_COMMAND_LINE.every((name) => commandLineSettings.includes(name)),
  },
];

/** What manages the server; `standalone` where no sign of a manager is seen and every sign could have been. */
export function managedBy(facts: ServerFacts): Manager {
  const manager = SIGNS.find((sign) => sign.seen(facts))?.manager;
  if (manager !== undefined) return manager;
  const cnpgHidden =
    hasSign('streaming_replica')(facts) && facts.settings['unix_socket_directories'] === undefined;
  return cnpgHidden ? 'unknown' : 'standalone';
}
