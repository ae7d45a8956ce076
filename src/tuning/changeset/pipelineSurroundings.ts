import type { ClusterIdentity } from '../../cluster/identity.js';
import type { Server } from '../../cluster/server.js';
import type { Clock } from '../../core/clock.js';
import type { DcsKnown } from '../../patroni/dcsSight.js';
import type { Session } from '../../db/session.js';
import type { PatroniReach } from '../dcs/patroniReach.js';

/** Which session is wanted: one that only reads, that sees settings as any new one does, or the one backend that writes. */
export interface ChangeSession {
  readonly purpose: 'read' | 'settings' | 'write';
  readonly database?: string;
  /** Another member of the cluster, as host:port. */
  readonly place?: string;
  /** Lives until this is aborted, whatever becomes of the run: for taking back what the run has begun. */
  readonly until?: AbortSignal;
}

/** What a change needs of the run that it belongs to. */
export interface ChangeSurroundings {
  /** $PGDBA_HOME */
  readonly home: string;
  readonly runId: string;
  /** e.g. `config apply` */
  readonly command: string;
  readonly clock: Clock;
  /** A UUID version 7. */
  readonly newId: () => string;
  /** Aborted when the run must stop: waiting ends, and what was begun is taken back. */
  readonly stopped: AbortSignal;
  /** RAM of the server's host, limits of its cgroup applied; null when it is not known. */
  readonly ramBytes: (server: Server) => Promise<number | null>;
  /** What is known of the DCS of the server's cluster, as it is now. @throws PgdbaError `usage`, `run_timeout` */
  readonly dcs: (identity: ClusterIdentity) => Promise<DcsKnown>;
  readonly openSession: (wish: ChangeSession) => Promise<Session>;
  /** The way to Patroni; null when no URL of it is known. @throws PgdbaError `usage`, `invalid_input` */
  readonly patroni: () => Promise<PatroniReach | null>;
  /** Tells the run which server it is talking to. */
  readonly met: (server: Server, identity: ClusterIdentity) => Promise<void>;
  readonly warn: (code: string, message: string, more?: { hint?: string; subject?: string }) => void;
}
