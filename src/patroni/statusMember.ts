import { PgdbaError } from '../core/errors.js';
import { maskSecrets, maskSetting } from '../core/mask.js';
import type { ClusterMember, NodeStatus } from './answers.js';
import type { NodeSight } from './look.js';
import type { MemberSql, StatusMember } from './statusData.js';

/** Words of 3.x for what 4.x and /cluster call otherwise. */
const ROLE_IN_CLUSTER: Readonly<Record<string, string>> = { master: 'leader', primary: 'leader' };

/** A member as `patroni status` tells it; secrets masked. */
export function statusMember({ listed, url, own }: NodeSight, sql: MemberSql | null): StatusMember {
  const answered = own instanceof PgdbaError ? null : own;
  const shown = answered ?? listed;
  return {
    name: listed?.name ?? answered?.patroni.name ?? null,
    role: listed?.role ?? roleInCluster(answered),
    state: listed?.state ?? answered?.state ?? null,
    host: listed?.host ?? null,
    port: listed?.port ?? null,
    api_url: url === null ? null : maskSecrets(url),
    timeline: wholeNumber(listed?.timeline) ?? answered?.timeline ?? null,
    lag_bytes: wholeNumber(listed?.lag),
    replay_lag_bytes: wholeNumber(listed?.replay_lag),
    tags: maskedTags(shown?.tags ?? listed?.tags ?? {}),
    patroni_version: answered?.patroni.version ?? null,
    server_version_num: answered?.server_version ?? null,
    pending_restart: shown === null ? null : shown.pending_restart === true,
    pending_restart_reason: reasonOf(shown),
    scheduled_restart: isoTime(shown?.scheduled_restart?.schedule),
    reachable: answered !== null,
    error: own instanceof PgdbaError ? { code: own.code, message: maskSecrets(own.message) } : null,
    own: answered === null ? null : ownWords(answered),
    sql,
  };
}

function roleInCluster(own: NodeStatus | null): string | null {
  return own === null ? null : (ROLE_IN_CLUSTER[own.role] ?? own.role);
}

function ownWords(own: NodeStatus): NonNullable<StatusMember['own']> {
  return {
    role: own.role,
    state: own.state,
    timeline: own.timeline ?? null,
    paused: own.pause === true,
    replay_paused: own.xlog?.paused ?? null,
    replication_state: own.replication_state ?? null,
    cluster_unlocked: own.cluster_unlocked === true,
    dcs_last_seen: own.dcs_last_seen === undefined ? null : new Date(own.dcs_last_seen * 1000).toISOString(),
  };
}

function reasonOf(shown: NodeStatus | ClusterMember | null): StatusMember['pending_restart_reason'] {
  const reason = shown?.pending_restart_reason;
  if (reason === undefined) return null;
  return Object.entries(reason).map(([parameter, { old_value, new_value }]) => ({
    parameter,
    old_value: masked(parameter, old_value),
    new_value: masked(parameter, new_value),
  }));
}

function masked(parameter: string, value: string | number | boolean | null | undefined): string | null {
  return value === null || value === undefined ? null : maskSetting(parameter, String(value));
}

function maskedTags(tags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tags).map(([name, value]) => [
      name,
      typeof value === 'string' ? maskSetting(name, value) : value,
    ]),
  );
}

/** A number that Patroni knows; it writes “unknown” where it does not. */
export function wholeNumber(value: string | number | boolean | null | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) ? value : null;
}

/** A time as Patroni writes it (`2026-11-21 11:10:19.164487+00:00`), as ISO 8601 UTC; null when it is none. */
export function isoTime(text: string | number | boolean | null | undefined): string | null {
  if (typeof text !== 'string') return null;
  const ms = Date.parse(text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T').replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
