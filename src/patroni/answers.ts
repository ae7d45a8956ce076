import { growingObject, nullable, openObject, scalar, Type, type Static } from '../core/schema.js';

/**
 * What Patroni 3 and 4 answer. Required is what both always send; newer versions may add fields everywhere.
 * Source: answers recorded of 3.0.2 and 4.1.4 in some forty situations (test/fixtures/patroni).
 */

const text = (description: string): ReturnType<typeof Type.String> => Type.String({ description });
const flag = Type.Optional(Type.Boolean());

const pendingReason = Type.Optional(
  openObject(
    'from 4.0 on: parameter → what a restart would change',
    growingObject({
      old_value: Type.Optional(scalar('in force')),
      new_value: Type.Optional(scalar('after the restart')),
    }),
  ),
);
const scheduledRestart = Type.Optional(growingObject({ schedule: text('ISO 8601') }));
const tags = Type.Optional(openObject('tags of the member’s own file'));

/** GET /patroni: a node about itself. */
export const nodeStatusSchema = growingObject({
  state: text('running, starting, restarting, stopped, …'),
  postmaster_start_time: Type.Optional(nullable(Type.String())),
  role: text('master (3.x), primary (4.x), replica, standby_leader, demoted, uninitialized'),
  server_version: Type.Optional(Type.Integer()),
  timeline: Type.Optional(nullable(Type.Integer())),
  xlog: Type.Optional(
    growingObject({
      replayed_timestamp: Type.Optional(nullable(Type.String())),
      paused: flag,
    }),
  ),
  replication_state: Type.Optional(nullable(Type.String())),
  pause: flag,
  pending_restart: flag,
  pending_restart_reason: pendingReason,
  scheduled_restart: scheduledRestart,
  cluster_unlocked: flag,
  dcs_last_seen: Type.Optional(Type.Integer({ description: 'seconds since 1970' })),
  database_system_identifier: Type.Optional(nullable(Type.String())),
  tags,
  patroni: growingObject({
    version: text('of Patroni'),
    scope: text('name of the cluster'),
    name: Type.Optional(text('of the node, from 4.0 on')),
  }),
});

const memberSchema = growingObject({
  name: Type.String(),
  role: text('leader, replica, sync_standby, quorum_standby, standby_leader'),
  state: text('running, streaming (4.x), starting, stopped, …'),
  api_url: Type.Optional(Type.String()),
  host: Type.Optional(nullable(Type.String())),
  port: Type.Optional(nullable(Type.Integer())),
  timeline: Type.Optional(scalar('a number where it is known')),
  lag: Type.Optional(scalar('bytes, or unknown')),
  replay_lag: Type.Optional(scalar('bytes, or unknown; from 4.0 on')),
  pending_restart: flag,
  pending_restart_reason: pendingReason,
  scheduled_restart: scheduledRestart,
  tags,
});

/** GET /cluster: the cluster as the DCS has it. */
export const clusterViewSchema = growingObject({
  members: Type.Array(memberSchema),
  scope: Type.Optional(Type.String()),
  pause: flag,
  scheduled_switchover: Type.Optional(
    growingObject({
      at: Type.Optional(Type.String()),
      from: Type.Optional(nullable(Type.String())),
      to: Type.Optional(nullable(Type.String())),
    }),
  ),
});

/** GET /history: [timeline, LSN, reason, time, new leader] for each end of a timeline; the last two may be missing. */
export const historySchema = Type.Array(Type.Array(scalar('cell'), { minItems: 3 }));

/** GET /config, and the answer to PATCH /config: what the DCS holds, whatever somebody has put there. */
export const dcsConfigSchema = openObject('the dynamic configuration');

export type NodeStatus = Static<typeof nodeStatusSchema>;
export type ClusterMember = Static<typeof memberSchema>;
export type ClusterView = Static<typeof clusterViewSchema>;
export type History = Static<typeof historySchema>;
export type DcsConfig = Static<typeof dcsConfigSchema>;
