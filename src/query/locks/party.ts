import type { LockRow } from '../../inspect/sections/pg_locks.js';
import type { PreparedRow, SessionRow } from './lockQuestions.js';

/** A lock that is held or waited for. `target` is the same text for all who want the same thing. */
export interface Lock {
  readonly mode: string;
  readonly target: string;
}

/** What a party waits to lock. */
export interface Wait extends Lock {
  readonly locktype: string;
  readonly database: string | null;
  readonly relationOid: number | null;
  readonly relation: string | null;
  /** Block and line of the row, where it is about one. */
  readonly row: string | null;
  readonly startedAt: string | null;
  readonly ms: number | null;
}

/** Whoever can wait or block: a session, or a prepared transaction, which has no process. */
export interface Party {
  readonly key: string;
  /** 0 for prepared transactions, as pg_blocking_pids() says it. */
  readonly pid: number;
  /** Of a prepared transaction; null for sessions, and where it could not be told which one it is. */
  readonly gid: string | null;
  readonly wait: Wait | null;
  readonly held: readonly Lock[];
  /** pids that it waits for, as the server says. */
  readonly blockedBy: readonly number[];
  /** pids that its safe snapshot waits for. */
  readonly snapshotBlockedBy: readonly number[];
  readonly session: Session | null;
  readonly prepared: PreparedRow | null;
}

/** What pg_stat_activity tells of a process. */
type Session = Pick<
  SessionRow,
  | 'datname'
  | 'usename'
  | 'application_name'
  | 'client_addr'
  | 'leader_pid'
  | 'backend_type'
  | 'state'
  | 'wait_event_type'
  | 'wait_event'
  | 'xact_start'
  | 'xact_age_ms'
  | 'state_age_ms'
  | 'query_start'
  | 'query_age_ms'
  | 'query'
>;

/** What the questions of `query locks` answered. */
export interface LockAnswers {
  readonly locks: readonly LockRow[];
  readonly sessions: readonly SessionRow[];
  readonly prepared: readonly PreparedRow[];
}

/** Stands for a prepared transaction that blocks and could not be found any more. */
export const UNKNOWN_PREPARED = 'prepared';

export const sessionKey = (pid: number): string => `pid ${String(pid)}`;
export const preparedKey = (gid: string): string => `${UNKNOWN_PREPARED} ${gid}`;

/** Everybody the answers name, by key. */
export function partiesOf({ locks, sessions, prepared }: LockAnswers): Map<string, Party> {
  const parties = new Map<string, Party>();
  for (const row of prepared) {
    if (row.gid !== null) parties.set(preparedKey(row.gid), preparedParty(row));
  }
  for (const row of sessions) {
    if (row.pid !== null) parties.set(sessionKey(row.pid), sessionParty(row.pid, row));
  }
  for (const row of locks) {
    if (row.pid === 0) parties.set(UNKNOWN_PREPARED, { ...NOBODY, key: UNKNOWN_PREPARED });
    else if (row.pid !== null) {
      const known = parties.get(sessionKey(row.pid)) ?? sessionParty(row.pid, row);
      parties.set(known.key, {
        ...known,
        wait: waitOf(row),
        held: row.held ?? [],
        blockedBy: row.blocked_by ?? [],
      });
    }
  }
  return parties;
}

const NOBODY: Party = {
  key: '',
  pid: 0,
  gid: null,
  wait: null,
  held: [],
  blockedBy: [],
  snapshotBlockedBy: [],
  session: null,
  prepared: null,
};

function preparedParty(row: PreparedRow): Party {
  return { ...NOBODY, key: preparedKey(row.gid ?? ''), gid: row.gid, held: row.held ?? [], prepared: row };
}

function sessionParty(pid: number, row: SessionRow | LockRow): Party {
  const snapshotBlockedBy = 'is_long' in row ? (row.blocked_by ?? []) : [];
  return { ...NOBODY, key: sessionKey(pid), pid, snapshotBlockedBy, session: row };
}

function waitOf(row: LockRow): Wait | null {
  if (row.wait_mode === null || row.wait_target === null) return null;
  return {
    mode: row.wait_mode,
    target: row.wait_target,
    locktype: row.wait_locktype ?? '',
    database: row.wait_database,
    relationOid: row.wait_relation_oid,
    relation: row.wait_relation,
    row: row.wait_row,
    startedAt: row.wait_start,
    ms: row.wait_ms,
  };
}
