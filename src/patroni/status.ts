import { PgdbaError } from '../core/errors.js';
import type { ClusterView, History } from './answers.js';
import { disagreementsOf } from './disagreements.js';
import type { ClusterSight } from './look.js';
import { isoTime, statusMember, wholeNumber } from './statusMember.js';
import type { MemberSql, PatroniStatusData, StatusMember } from './statusData.js';

/** So many of the last ends of timelines are told. */
const HISTORY_TAIL = 10;

const LEADERS = new Set(['leader', 'standby_leader']);

/**
 * The state of a cluster from all that was seen of it.
 * @param sql what SQL showed of the nodes, in their order; null where it was not asked
 */
export function clusterStatus(
  { view, history, nodes }: ClusterSight,
  sql: readonly (MemberSql | null)[],
): PatroniStatusData {
  const cluster = view instanceof PgdbaError ? null : view.value;
  const sources = nodes.map((node, i) => ({ ...node, sql: sql[i] ?? null }));
  const members = sources.map((source) => statusMember(source, source.sql));
  const leader = members.find(({ role }) => role !== null && LEADERS.has(role)) ?? null;
  const owns = nodes.flatMap(({ own }) => (own instanceof PgdbaError ? [] : [own]));
  return {
    scope: cluster?.scope ?? owns[0]?.patroni.scope ?? null,
    told_by: view instanceof PgdbaError ? null : view.url,
    leader: leader?.name ?? null,
    paused: pausedOf(cluster, members),
    timeline: leader?.timeline ?? null,
    system_identifier:
      owns.find((own) => own.database_system_identifier != null)?.database_system_identifier ?? null,
    members,
    scheduled_switchover: switchoverOf(cluster),
    history: history instanceof PgdbaError ? null : historyRows(history),
    disagreements: disagreementsOf(sources, cluster),
  };
}

/** Without /cluster, what the members hold to be true, if they agree. */
function pausedOf(cluster: ClusterView | null, members: readonly StatusMember[]): boolean | null {
  if (cluster !== null) return cluster.pause === true;
  const said = new Set(members.flatMap(({ own }) => (own === null ? [] : [own.paused])));
  return said.size === 1 ? said.has(true) : null;
}

function switchoverOf(cluster: ClusterView | null): PatroniStatusData['scheduled_switchover'] {
  const scheduled = cluster?.scheduled_switchover;
  if (scheduled === undefined) return null;
  return { at: isoTime(scheduled.at), from: scheduled.from ?? null, to: scheduled.to ?? null };
}

function historyRows(history: History): NonNullable<PatroniStatusData['history']> {
  return history.slice(-HISTORY_TAIL).map(([timeline, lsn, reason, at, newLeader]) => ({
    timeline: wholeNumber(timeline),
    lsn: lsnText(wholeNumber(lsn)),
    reason: typeof reason === 'string' ? reason : null,
    at: isoTime(at),
    new_leader: typeof newLeader === 'string' ? newLeader : null,
  }));
}

/** A position in the WAL as PostgreSQL writes it: 67110016 is 0/4000480. */
function lsnText(position: number | null): string | null {
  if (position === null) return null;
  const high = Math.floor(position / 2 ** 32);
  return `${high.toString(16)}/${(position % 2 ** 32).toString(16)}`.toUpperCase();
}
