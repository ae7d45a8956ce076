import { lookAtMember, type MemberSight } from './cluster/memberSight.js';
import { PgdbaError } from './core/errors.js';
import { maskSecrets } from './core/mask.js';
import type { MemberSql } from './patroni/statusData.js';
import type { Reach } from './reach.js';

/** What SQL shows of the members, beside what it showed of the one that tells most of the cluster: its primary. */
interface MembersSql {
  readonly rows: readonly (MemberSql | null)[];
  readonly best: MemberSight | null;
}

interface Address {
  readonly host?: string | null;
  readonly port?: number | null;
}

/**
 * Asks all members over SQL at once, each with the credentials of the target and its own host and port.
 * A member without an address is not asked (null); one that cannot be asked says why.
 */
export async function askMembers(reach: Reach, members: readonly (Address | null)[]): Promise<MembersSql> {
  const sights = await Promise.all(members.map((member) => askMember(reach, member)));
  const seen = sights.filter(
    (sight): sight is MemberSight => sight !== null && !(sight instanceof PgdbaError),
  );
  return {
    rows: sights.map((sight) => (sight === null ? null : sqlRow(sight))),
    best: seen.find(({ server }) => !server.facts.inRecovery) ?? seen[0] ?? null,
  };
}

/** host:port of a member, as Reach takes it; null when it is not known. */
export function placeOf(member: Address | null): string | null {
  const { host = null, port = null } = member ?? {};
  if (host === null || port === null) return null;
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}

async function askMember(reach: Reach, member: Address | null): Promise<MemberSight | PgdbaError | null> {
  const place = placeOf(member);
  if (place === null) return null;
  try {
    return await lookAtMember(await reach.openSession({ place }));
  } catch (error) {
    if (error instanceof PgdbaError && error.code !== 'run_timeout') return error;
    throw error;
  }
}

function sqlRow(sight: MemberSight | PgdbaError): MemberSql {
  if (sight instanceof PgdbaError) {
    const error = { code: sight.code, message: maskSecrets(sight.message) };
    const unknown = { role: null, timeline: null, server_version_num: null, system_identifier: null };
    return { reachable: false, ...unknown, replay_paused: null, pending_restart: null, error };
  }
  const { server, identity, replayPaused, pendingRestart } = sight;
  return {
    reachable: true,
    role: server.facts.inRecovery ? 'standby' : 'primary',
    timeline: identity.timeline,
    server_version_num: server.facts.serverVersionNum,
    system_identifier: identity.inputs.system_identifier,
    replay_paused: replayPaused,
    pending_restart: pendingRestart === null ? null : [...pendingRestart],
    error: null,
  };
}
