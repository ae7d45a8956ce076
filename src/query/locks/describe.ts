import type { Wanted, Who } from './locksData.js';
import type { Lock, Party, Wait } from './party.js';

/** How many characters of a query text are shown unless all of it is asked for. */
const SHOWN_TEXT = 1000;

/** What is told of a party wherever it stands. */
export function whoIs(party: Party, fullText: boolean): Who {
  const { session, prepared } = party;
  const state = session?.state ?? null;
  return {
    pid: party.pid,
    gid: party.gid,
    kind: kindOf(party),
    autovacuum: autovacuumOf(party),
    database: session?.datname ?? prepared?.database ?? null,
    user: session?.usename ?? prepared?.owner ?? null,
    application_name: session?.application_name ?? null,
    client_addr: session?.client_addr ?? null,
    backend_type: session?.backend_type ?? null,
    leader_pid: session?.leader_pid ?? null,
    state,
    idle_in_transaction: state === null ? null : state.startsWith('idle in transaction'),
    wait_event_type: session?.wait_event_type ?? null,
    wait_event: session?.wait_event ?? null,
    xact_started_at: session?.xact_start ?? prepared?.prepared ?? null,
    xact_age_ms: rounded(session?.xact_age_ms ?? prepared?.prepared_age_ms ?? null),
    state_age_ms: rounded(session?.state_age_ms ?? null),
    query_started_at: session?.query_start ?? null,
    query_age_ms: rounded(session?.query_age_ms ?? null),
    query: cut(session?.query ?? null, fullText),
  };
}

function cut(query: string | null, fullText: boolean): string | null {
  if (query === null || fullText || query.length <= SHOWN_TEXT) return query;
  return `${query.slice(0, SHOWN_TEXT)}…`;
}

function kindOf({ session }: Party): Who['kind'] {
  if (session === null) return 'prepared_transaction';
  if (session.backend_type === 'autovacuum worker') return 'autovacuum';
  if (session.backend_type === 'startup') return 'startup';
  // A role that may not see the type sees only sessions, not the server's own processes.
  return session.backend_type === null || session.backend_type === 'client backend' ? 'client' : 'other';
}

function autovacuumOf({ session }: Party): Who['autovacuum'] {
  if (session?.backend_type !== 'autovacuum worker' || session.query === null) return null;
  return session.query.endsWith('(to prevent wraparound)') ? 'to_prevent_wraparound' : 'routine';
}

/** What a party waits to lock, as the answer tells it. */
export function wantedBy({ wait }: Party): Wanted {
  return {
    mode: wait?.mode ?? null,
    locktype: wait?.locktype ?? null,
    relation: wait?.relation ?? null,
    relation_oid: wait?.relationOid ?? null,
    row: wait?.row ?? null,
    lock_database: wait?.database ?? null,
    object: wait === null ? null : objectWanted(wait),
    wait_started_at: wait?.startedAt ?? null,
    wait_ms: rounded(wait?.ms ?? null),
  };
}

function objectWanted(wait: Wait): string {
  const object = objectOf(wait, wait.relation);
  if (wait.locktype !== 'transactionid' || wait.row === null) return object;
  return `${object}, which changed or locked row ${wait.row} of ${wait.relation ?? 'a table of another database'}`;
}

/** Whole microseconds: the rest is noise of the conversion. */
function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000;
}

/** How each kind of thing is named, from the parts of its target. */
const NAMES: Readonly<Record<string, (relation: string, parts: readonly string[]) => string>> = {
  relation: (relation) => relation,
  extend: (relation) => `extension of ${relation}`,
  page: (relation, parts) => `page ${parts.slice(2).join(':')} of ${relation}`,
  tuple: (relation, parts) => `row (${parts.slice(2).join(',')}) of ${relation}`,
  transactionid: (_, parts) => `transaction ${parts.join(':')}`,
  virtualxid: (_, parts) => `virtual transaction ${parts.join(':')}`,
  advisory: (_, parts) => `advisory lock ${advisoryKey(parts)}`,
  frozenid: (_, parts) => `datfrozenxid of database ${parts.join(':')}`,
};

/** A locked thing for people. @param relation its name, where it is one and can be told */
export function objectOf({ target }: Lock, relation: string | null): string {
  const [locktype = '', ...parts] = target.split(':');
  const name = relation ?? `relation ${parts[1] ?? '?'} of database ${parts[0] ?? '?'}`;
  return NAMES[locktype]?.(name, parts) ?? `${locktype} ${parts.join(':')}`;
}

/** The key as pg_advisory_lock() got it: one bigint (objsubid 1) or two integers. */
function advisoryKey(parts: readonly string[]): string {
  const [, classid = '0', objid = '0', objsubid] = parts;
  if (objsubid === '1') return String(BigInt.asIntN(64, (BigInt(classid) << 32n) | BigInt(objid)));
  return [classid, objid].map((half) => String(BigInt.asIntN(32, BigInt(half)))).join(', ');
}
