import { PgdbaError } from '../core/errors.js';
import type { Session } from '../db/session.js';
import type { ClusterIdentity } from './identity.js';
import { meetServer, type Server } from './server.js';

/** What SQL shows of one member of a cluster. */
export interface MemberSight {
  readonly server: Server;
  readonly identity: ClusterIdentity;
  /** Null on a primary, and where the server does not tell. */
  readonly replayPaused: boolean | null;
  /** Names of parameters with pg_settings.pending_restart; null where the server does not tell. */
  readonly pendingRestart: readonly string[] | null;
}

const PENDING_RESTART = /* sql */ `
SELECT s.name FROM pg_catalog.pg_settings AS s WHERE s.pending_restart ORDER BY s.name`;

const REPLAY_PAUSED = /* sql */ `SELECT pg_catalog.pg_is_wal_replay_paused()::text AS paused`;

/**
 * Looks at a member in two round trips and leaves it.
 * @throws PgdbaError as meetServer()
 */
export async function lookAtMember(session: Session): Promise<MemberSight> {
  const server = await meetServer(session, { functions: [], settings: [] });
  const [identity, pending, paused] = await Promise.all([
    server.identity,
    cells(server, PENDING_RESTART),
    server.facts.inRecovery ? cells(server, REPLAY_PAUSED) : null,
  ]);
  await session.close();
  const [isPaused = null] = paused ?? [];
  return {
    server,
    identity,
    replayPaused: isPaused === null ? null : isPaused === 'true',
    pendingRestart: pending,
  };
}

/** The first column; null when the server refuses. */
async function cells({ snapshot }: Server, sql: string): Promise<string[] | null> {
  const { result } = await snapshot.read({ sql });
  if (!(result instanceof PgdbaError)) return result.rows.map(([cell]) => cell ?? '');
  if (result.code === 'connection_lost' || result.code === 'run_timeout') throw result;
  return null;
}
