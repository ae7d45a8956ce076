import { majorOf, NEWEST_MAJOR } from '../core/version.js';
import type { Session } from '../db/session.js';
import type { Snapshot } from '../db/snapshot.js';
import type { Manager } from '../core/clusterKinds.js';
import { IDENTITY_FUNCTIONS, managedBy, readIdentity, type ClusterIdentity } from './identity.js';
import {
  readServerFacts,
  requireSupportedVersion,
  type FactQuestions,
  type ServerFacts,
} from './serverFacts.js';

/** A server we are connected to, with all that one look at it told. */
export interface Server {
  readonly session: Session;
  /** The transaction in which everything else is read. */
  readonly snapshot: Snapshot;
  readonly facts: ServerFacts;
  readonly managedBy: Manager;
  /** Read in the same round trip as whatever is read next; await it together with that. */
  readonly identity: Promise<ClusterIdentity>;
  /** When the look was taken, by the server's clock, ISO 8601 UTC. */
  readonly collectedAt: string;
}

/**
 * Opens the snapshot transaction and looks at the server: one round trip.
 * @param sharedStatistics see Session.beginSnapshot
 * @throws PgdbaError `server_too_old`, `connection_lost`
 */
export async function meetServer(
  session: Session,
  questions: FactQuestions,
  sharedStatistics = false,
): Promise<Server> {
  const { connection } = session;
  requireSupportedVersion(connection.serverVersionNum);
  const snapshot = session.beginSnapshot(sharedStatistics);
  const facts = await readServerFacts(snapshot, {
    functions: [...IDENTITY_FUNCTIONS, ...questions.functions],
    settings: questions.settings,
  });
  // A pooler that drops the guards silently still shows: the backend that answers is not the one that let us in.
  session.pooled ||= facts.backendPid !== connection.backendPid;
  const identity = readIdentity(snapshot, facts, connection.endpoint);
  // Awaited together with the reads that follow; until then a failure of it is not unhandled.
  identity.catch(() => undefined);
  return {
    session,
    snapshot,
    facts,
    identity,
    managedBy: managedBy(facts),
    collectedAt: facts.now,
  };
}

/** Whether the server is newer than any that pgdba's SQL was run on. */
export function isNewerThanKnown(serverVersionNum: number): boolean {
  return majorOf(serverVersionNum) > NEWEST_MAJOR;
}
