import type { PgdbaError } from '../core/errors.js';
import type { ClusterMember, ClusterView, DcsConfig, NodeStatus } from './answers.js';
import type { MemberConfiguration } from './levels.js';

/** What SQL shows of a member that is to be restarted, or stands beside one. */
export interface RestartSql {
  /** pg_postmaster_start_time(), ISO 8601 UTC: another one means another postmaster. */
  readonly startedAt: string;
  readonly inRecovery: boolean;
  /** Bytes from 0/0 to where its WAL ends (primary), or to what it has replayed; null where it cannot tell. */
  readonly walPosition: bigint | null;
  readonly configuration: MemberConfiguration;
  /** What is wrong with its configuration files, so that it might not start; null where the role may not know. */
  readonly fileErrors: readonly string[] | null;
}

/** A member as /cluster, its own /patroni and SQL show it. */
export interface RestartMember {
  readonly listed: ClusterMember;
  readonly own: NodeStatus | PgdbaError;
  readonly sql: RestartSql | PgdbaError;
}

/** A cluster as one look showed it. */
export interface RestartSight {
  readonly config: DcsConfig;
  readonly view: ClusterView;
  readonly members: readonly RestartMember[];
}

const LEADS = new Set(['leader', 'standby_leader']);

/** Whether /cluster calls it the leader, be it of a standby cluster. */
export function leads({ listed }: Pick<RestartMember, 'listed'>): boolean {
  return LEADS.has(listed.role);
}
